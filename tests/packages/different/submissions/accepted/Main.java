import java.util.Scanner;

public class Main {
    public static void main(String[] arguments) {
        Scanner input = new Scanner(System.in);
        while (input.hasNextLong()) {
            System.out.println(Math.abs(input.nextLong() - input.nextLong()));
        }
    }
}
