// Catches the lack of memory, drops what it held, and goes on: that is allowed.
// expect: Exited 0
// says: caught
// limits: cpu_time_ms=4000
import java.util.ArrayList;

public class Main {
    public static void main(String[] args) {
        var held = new ArrayList<byte[]>();
        try {
            for (;;) held.add(new byte[1 << 20]);
        } catch (OutOfMemoryError error) {
            held.clear();
            System.out.println("caught");
        }
    }
}
