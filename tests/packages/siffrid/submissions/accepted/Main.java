import java.util.Scanner;

public class Main {
    public static void main(String[] arguments) {
        String number = new Scanner(System.in).next();
        int length = number.length();
        int rest = number.chars().map(digit -> digit - '0').sum();
        int[] largest = new int[length];
        for (int place = 0; place < length; place++) {
            largest[place] = Math.min(9, rest);
            rest -= largest[place];
        }
        int[] smallest = new int[length];
        for (int place = 0; place < length; place++) {
            smallest[place] = largest[length - 1 - place];
        }
        if (smallest[0] == 0) { // no leading zero: take one from the first place that has any
            int place = 1;
            while (smallest[place] == 0) {
                place++;
            }
            smallest[place]--;
            smallest[0] = 1;
        }
        StringBuilder answer = new StringBuilder();
        for (int digit : smallest) {
            answer.append(digit);
        }
        answer.append(' ');
        for (int digit : largest) {
            answer.append(digit);
        }
        System.out.println(answer);
    }
}
