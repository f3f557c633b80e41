import java.util.HashMap;
import java.util.Map;
import java.util.Scanner;

/** The differences of neighbouring bits are a word of a shortened BCH code of 114 bits that corrects two errors. */
public class Main {
    static final int CHECKS = 14;
    static final int LENGTH = 114;
    static final int[] REMAINDERS = new int[LENGTH];
    static final Map<Integer, int[]> ERRORS = new HashMap<>();

    static long state;

    static int draw(int bound) {
        state = state * 16807 % 2147483647;
        return (int) (state % bound);
    }

    static int syndrome(boolean[] differences) {
        int result = 0;
        for (int place = 0; place < LENGTH; place++) {
            if (differences[place]) {
                result ^= REMAINDERS[place];
            }
        }
        return result;
    }

    static String encode(String message) {
        boolean[] differences = new boolean[LENGTH];
        for (int place = CHECKS; place < LENGTH; place++) {
            differences[place] = message.charAt(place - CHECKS) == '1';
        }
        int checks = syndrome(differences);
        StringBuilder sent = new StringBuilder();
        boolean last = false;
        for (int place = 0; place < LENGTH; place++) {
            last ^= place < CHECKS ? (checks >> place & 1) == 1 : differences[place];
            sent.append(last ? '1' : '0');
        }
        return sent.toString();
    }

    static String decode(String arrived) {
        boolean[] differences = new boolean[LENGTH];
        for (int place = 0; place < LENGTH; place++) {
            differences[place] = arrived.charAt(place) != (place == 0 ? '0' : arrived.charAt(place - 1));
        }
        for (int place : ERRORS.get(syndrome(differences))) {
            differences[place] ^= true;
        }
        StringBuilder message = new StringBuilder();
        for (int place = CHECKS; place < LENGTH; place++) {
            message.append(differences[place] ? '1' : '0');
        }
        return message.toString();
    }

    public static void main(String[] arguments) {
        ERRORS.put(0, new int[0]);
        for (int place = 0, value = 1; place < LENGTH; place++) {
            REMAINDERS[place] = value;
            value <<= 1;
            if (value >> CHECKS == 1) {
                value ^= 0x4377;
            }
        }
        for (int one = 0; one < LENGTH; one++) {
            ERRORS.put(REMAINDERS[one], new int[] {one});
            for (int other = 0; other < one; other++) {
                ERRORS.put(REMAINDERS[one] ^ REMAINDERS[other], new int[] {one, other});
            }
        }
        Scanner input = new Scanner(System.in);
        int length = input.nextInt();
        input.nextInt();
        int kind = input.nextInt();
        state = 1000 * kind + input.nextInt() + 1;
        for (int number = 0; number < 50; number++) {
            StringBuilder drawn = new StringBuilder();
            for (int bit = 0; bit < length; bit++) {
                drawn.append(draw(2147483647) / 32768 % 2);
            }
            String message = drawn.toString();
            String encoded = encode(message);
            int size = encoded.length();
            int evens = (size + 1) / 2;
            int step = kind >= 2 ? 2 : 1;
            int left = step * draw(kind >= 2 ? evens : size);
            int right = switch (kind) {
                case 0 -> draw(size);
                case 1 -> left;
                case 2 -> 2 * draw(evens);
                default -> left + draw(size - left);
            };
            char[] arrived = encoded.toCharArray();
            for (int bit = Math.min(left, right); bit <= Math.max(left, right); bit++) {
                arrived[bit] ^= 1;
            }
            String received = new String(arrived);
            System.out.println(message + " " + encoded + " " + received + " " + decode(received));
        }
    }
}
