// A million threads of the machine's own: they are memory, not processes.
// expect: MemoryExceeded or CpuTimeExceeded
// limits: cpu_time_ms=2000
public class Main {
    public static void main(String[] args) throws Exception {
        for (;;) Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(1_000_000);
            } catch (InterruptedException end) {
            }
        });
    }
}
