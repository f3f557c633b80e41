-- The programming languages that a session may offer are those that were mended when its paper was set: a session that runs keeps
-- what it began with. Papers of earlier releases have none written down and follow their scheme.
ALTER TABLE paper ADD COLUMN languages text[];
