"""What a buyer of a Weidian shop reads from us."""

REFUSED = "商家核实后不同意，请与商家联系"
