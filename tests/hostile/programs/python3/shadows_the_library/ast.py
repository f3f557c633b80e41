raise SystemExit("executed while it was checked")
