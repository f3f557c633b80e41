package sarap;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StreamTokenizer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Scanner;
import java.util.StringTokenizer;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Uses once what ordinary programs use, so that the archive made of this run holds it. It has no other purpose. */
final class Everyday {
    private record Item(String name, int weight) {}

    private sealed interface Shape permits Circle, Square {}

    private record Circle(double radius) implements Shape {}

    private record Square(double side) implements Shape {}

    public static void main(String[] arguments) throws Exception {
        byte[] input = "3 1 2\nsarap сарап 7\n4.5 x\n".repeat(50).getBytes(StandardCharsets.UTF_8);
        System.out.println(read(input) + collect() + sort() + format() + areas());
        threads();
    }

    private static int read(byte[] input) throws IOException {
        int sum = 0;
        try (var scanner = new Scanner(new ByteArrayInputStream(input))) {
            while (scanner.hasNextInt()) sum += scanner.nextInt();
            sum += scanner.hasNext() ? scanner.next().length() : 0;
            sum += scanner.hasNextLine() ? scanner.nextLine().length() : 0;
        }
        try (var lines = new BufferedReader(new InputStreamReader(new ByteArrayInputStream(input)))) {
            var words = new StringTokenizer(lines.readLine());
            while (words.hasMoreTokens()) sum += Integer.parseInt(words.nextToken()) + (int) Long.parseLong("7");
            sum += Double.parseDouble("4.5") > 4 ? 1 : 0;
            sum += lines.lines().map(String::trim).flatMap(line -> Arrays.stream(line.split("\\s+"))).toList().size();
        }
        var tokens = new StreamTokenizer(new BufferedReader(new InputStreamReader(new ByteArrayInputStream(input))));
        while (tokens.nextToken() != StreamTokenizer.TT_EOF) sum += tokens.ttype == StreamTokenizer.TT_NUMBER ? 1 : 0;
        try (var bytes = new DataInputStream(new ByteArrayInputStream(input))) {
            sum += bytes.read() + bytes.readAllBytes().length;
        }
        return sum;
    }

    private static int collect() {
        Map<String, Integer> counts = new HashMap<>(), ordered = new TreeMap<>(), linked = new LinkedHashMap<>();
        for (String word : "to be or not to be".split(" ")) {
            counts.merge(word, 1, Integer::sum);
            ordered.computeIfAbsent(word, String::length);
            linked.put(word, counts.getOrDefault(word, 0));
        }
        Map<Integer, List<String>> groups = counts.keySet().stream().collect(Collectors.groupingBy(String::length));
        var table = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()).thenComparing(Map.Entry.comparingByKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
        int squares = IntStream.rangeClosed(1, 100).filter(n -> n % 3 == 0).map(n -> n * n).sum();
        String joined = ordered.keySet().stream().map(Function.identity()).collect(Collectors.joining(", ", "[", "]"));
        return groups.size() + table.size() + squares + joined.length() + linked.size();
    }

    private static int sort() {
        var random = new Random(1);
        int[] numbers = random.ints(2000, 0, 1000).toArray();
        long[] longs = Arrays.stream(numbers).asLongStream().toArray();
        Arrays.sort(numbers);
        Arrays.sort(longs);
        Integer[] boxed = Arrays.stream(numbers).boxed().toArray(Integer[]::new);
        Arrays.sort(boxed, Collections.reverseOrder());
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 100; i++) items.add(new Item("n" + i, numbers[i * 7 % 100]));
        items.sort(Comparator.comparingInt(Item::weight).thenComparing(Item::name));
        var queue = new PriorityQueue<Item>((a, b) -> Integer.compare(a.weight(), b.weight()));
        queue.addAll(items);
        var deque = new ArrayDeque<Integer>();
        var list = new LinkedList<Integer>();
        var seen = new HashSet<Item>();
        var ordered = new TreeSet<Integer>();
        var bits = new BitSet(1000);
        while (!queue.isEmpty()) {
            Item item = queue.poll();
            deque.addLast(item.weight());
            list.add(deque.pollFirst());
            seen.add(item);
            ordered.add(item.weight());
            bits.set(item.weight());
        }
        Collections.sort(list);
        return seen.size() + ordered.first() + bits.cardinality() + Collections.max(list) + boxed.length + items.hashCode() % 2;
    }

    private static int format() {
        var text = new StringBuilder();
        text.append(1).append('x').append(2.5).append(3L).append("сарап").reverse();
        text.append(String.format("%d %5.2f %s %05d %x%n", 1, 2.0, "three", 4, 255));
        text.append("%.6f".formatted(Math.sqrt(2)));
        text.append(new BigInteger("123456789012345678901234567890").multiply(BigInteger.TEN).mod(BigInteger.valueOf(97)));
        text.append(new BigDecimal("1.10").add(BigDecimal.ONE));
        text.append(Pattern.compile("(\\w+)@(\\w+)").matcher("a@b").replaceAll("$2").toUpperCase());
        text.append(Arrays.toString(new int[] {1, 2}) + List.of(1, 2) + Map.of(1, 2) + new Item("a", 1));
        var writer = new PrintWriter(new BufferedWriter(new OutputStreamWriter(System.out)));
        writer.println(text.length());
        writer.printf("%d%n", text.indexOf("x"));
        writer.flush();
        System.out.printf("%s%n", String.join(",", List.of("a", "b")));
        try {
            Integer.parseInt("x");
        } catch (NumberFormatException error) {
            text.append(error.getMessage());
        }
        return text.length();
    }

    private static double areas() {
        double sum = 0;
        for (Shape shape : new Shape[] {new Circle(1), new Square(2)})
            sum += switch (shape) {
                case Circle(double radius) -> Math.PI * radius * radius;
                case Square square when square.side() > 1 -> square.side() * square.side();
                case Square square -> 1;
            };
        return sum;
    }

    private static void threads() throws Exception {
        var thread = new Thread(() -> {});
        thread.start();
        thread.join();
        try (var pool = Executors.newFixedThreadPool(2)) {
            pool.submit(() -> 1).get();
        }
    }
}
