-- A certificate says how a session was watched: the registry may know that it was, and not by whom.
GRANT SELECT (session_id) ON session_watch TO sarap_registry;
GRANT SELECT (session_id, slot_id) ON booking TO sarap_registry;
GRANT SELECT (slot_id, centre_id) ON slot TO sarap_registry;
GRANT SELECT (session_id, purpose, level, used_at) ON lockdown_check TO sarap_registry;
