#mods
modprobe ddwtest
settle 1
