// Pages of a booking: the visitor's own clock beside the place's where the two differ, and a page that renews itself when it opens.
// Without this script every time still stands there, on the clock of its place.

import { ownTimes, whenOpen } from "../booking/times";

ownTimes(document);
whenOpen(document);
