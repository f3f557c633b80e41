"""A seat to sit an exam on: slots and bookings, vouchers, who may sit again when, and what a change of a zone's clock means."""
