// Direct buffers, which the heap's limit does not bound.
// expect: MemoryExceeded
// limits: cpu_time_ms=4000
import java.nio.ByteBuffer;
import java.util.ArrayList;

public class Main {
    public static void main(String[] args) {
        var held = new ArrayList<ByteBuffer>();
        for (;;) {
            ByteBuffer part = ByteBuffer.allocateDirect(1 << 20);
            for (int at = 0; at < part.capacity(); at += 4096) part.put(at, (byte) 1);
            held.add(part);
        }
    }
}
