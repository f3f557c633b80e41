// Writes where there is no memory, which only the machine itself may.
// expect: Signalled 6
// limits: cpu_time_ms=4000
import java.lang.reflect.Field;

public class Main {
    public static void main(String[] args) throws Exception {
        Class<?> kind = Class.forName("sun.misc.Unsafe");
        Field field = kind.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        kind.getMethod("putAddress", long.class, long.class).invoke(field.get(null), 0L, 0L);
    }
}
