#mods
modprobe ddwtest first64=1
settle 1
