/** The exam page. The same room can be put into another page and started there: `startExam`. */

import { startExam } from "../exam/room";

const room = document.getElementById("exam");
if (room !== null) void startExam(room);
