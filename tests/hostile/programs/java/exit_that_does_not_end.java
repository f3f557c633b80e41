// Ends, but what it asked for at the end does not.
// expect: WallTimeExceeded
// limits: cpu_time_ms=1000
public class Main {
    public static void main(String[] args) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            for (;;) {
                try {
                    Thread.sleep(1000);
                } catch (InterruptedException again) {
                }
            }
        }));
        System.exit(0);
    }
}
