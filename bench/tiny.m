-- SPDX-License-Identifier: BSD-2-Clause
-- tests/explore/tiny.pml in Murphi, with three drivers, for rumur. See there.
const
	NR: 3;
type
	dev: 0 .. NR - 1;
	bits: 0 .. 64;
var
	bound: array [dev] of boolean;
	streaming: array [dev] of bits;
	coherent: array [dev] of bits;
	owner: 0 .. NR;
	is_coherent: boolean;

procedure bind(d: dev; b: bits);
begin
	bound[d] := true;
	streaming[d] := b;
	coherent[d] := b;
end;

procedure unmap();
begin
	owner := NR;
	is_coherent := false;
end;

startstate
begin
	for d: dev do
		bound[d] := false;
		streaming[d] := 32;
		coherent[d] := 32;
	end;
	owner := NR;
	is_coherent := false;
end;

ruleset d: dev do
	rule "bind 64" !bound[d] ==> begin bind(d, 64); end;
	rule "bind 32" !bound[d] ==> begin bind(d, 32); end;
	rule "bind 48" !bound[d] ==> begin bind(d, 48); end;
	rule "streaming 21" bound[d] & owner != d ==> begin streaming[d] := 21; end;
	rule "streaming 32" bound[d] & owner != d ==> begin streaming[d] := 32; end;
	rule "streaming 48" bound[d] & owner != d ==> begin streaming[d] := 48; end;
	rule "streaming 64" bound[d] & owner != d ==> begin streaming[d] := 64; end;
	rule "coherent 32" bound[d] & owner != d ==> begin coherent[d] := 32; end;
	rule "coherent 64" bound[d] & owner != d ==> begin coherent[d] := 64; end;
	rule "map" bound[d] & owner = NR ==> begin owner := d; is_coherent := false; end;
	rule "map coherent" bound[d] & owner = NR ==> begin owner := d; is_coherent := true; end;
	rule "unmap" owner = d ==> begin unmap(); end;
	rule "let go" bound[d] ==> begin
		bound[d] := false;
		if owner = d then unmap(); end;
	end;
	rule "ask" bound[d] & owner != d ==> begin end;
	rule "transfer" owner = d ==> begin end;
end;

invariant "nobody's page is not coherent" owner = NR -> !is_coherent;
