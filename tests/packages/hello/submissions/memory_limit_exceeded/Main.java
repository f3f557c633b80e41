import java.util.ArrayList;
import java.util.List;

public class Main {
    public static void main(String[] arguments) {
        List<byte[]> held = new ArrayList<>();
        for (int number = 0; number < 1024; number++) {
            byte[] part = new byte[1 << 20];
            java.util.Arrays.fill(part, (byte) number);
            held.add(part);
        }
        System.out.println("Hello World! " + held.size());
    }
}
