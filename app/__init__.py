"""The front door: processes, HTTP, people and wiring. The only room that knows the other three."""
