-- One database role for each process; what a role may do is granted beside each table.
-- The roles can log in but have no password here: `sarap migrate` sets one where a password is configured.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sarap_web') THEN CREATE ROLE sarap_web LOGIN; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sarap_judging') THEN CREATE ROLE sarap_judging LOGIN; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sarap_registry') THEN CREATE ROLE sarap_registry LOGIN; END IF;
END
$$;
GRANT USAGE ON SCHEMA public TO sarap_web, sarap_judging, sarap_registry;
