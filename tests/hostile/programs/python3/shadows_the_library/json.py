SAYS = "json is its own"
