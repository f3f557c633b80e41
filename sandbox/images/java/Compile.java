package sarap;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.tools.Diagnostic;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.ForwardingJavaFileObject;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * javac with three differences: classes go into one jar, a file may have any name, and the class to start is found here.
 *
 * <p>{@code java -cp compiler.jar sarap.Compile FOLDER FILE.java…} writes {@code FOLDER/program.jar} and {@code FOLDER/program.args},
 * which {@code java @FOLDER/program.args} starts. The main class is the first one with a main method that Java's launcher would
 * start (JLS 12.1.4), in the order of the files and of the text. Annotation processors and plug-ins are not run, and nothing but
 * the named files is read. Exit status 1: the compiler refused.
 */
final class Compile {
    private static final List<String> OPTIONS = List.of("-proc:none", "-implicit:none", "-encoding", "UTF-8");
    private static final String PREFIX = "/usr/local/lib/sarap/runtime.jar";

    /** The time of every entry: the same sources give the same bytes. 1980 is where the format's clock begins. */
    private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    private int errors;

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        List<Path> sources = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) sources.add(Path.of(arguments[i]));
        System.exit(new Compile().compile(folder, sources) ? 0 : 1);
    }

    private boolean compile(Path folder, List<Path> sources) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var standard = compiler.getStandardFileManager(this::report, Locale.ENGLISH, StandardCharsets.UTF_8)) {
            standard.setLocationFromPaths(StandardLocation.CLASS_PATH, List.of());
            var classes = new Classes(standard);
            List<JavaFileObject> files = new ArrayList<>();
            for (var file : standard.getJavaFileObjectsFromPaths(sources)) files.add(new AnyName(file));
            var task = (JavacTask) compiler.getTask(null, classes, this::report, OPTIONS, null, files);
            task.setLocale(Locale.ENGLISH);
            List<CompilationUnitTree> units = new ArrayList<>();
            task.parse().forEach(units::add);
            if (errors > 0) return false;
            task.analyze();
            if (errors > 0) return false;
            String main = mainClass(task, units);
            task.generate();
            if (errors > 0) return false;
            if (main == null) {
                System.err.println(sources.get(0).getFileName() + ": error: no class has a main method");
                return false;
            }
            Files.write(folder.resolve("program.jar"), jar(classes.written));
            Files.writeString(folder.resolve("program.args"), "-cp " + PREFIX + ":" + folder + "/program.jar " + main + "\n");
            return true;
        }
    }

    private void report(Diagnostic<? extends JavaFileObject> diagnostic) {
        if (diagnostic.getKind() == Diagnostic.Kind.ERROR) errors++;
        System.err.println(diagnostic);
    }

    private static String mainClass(JavacTask task, List<CompilationUnitTree> units) {
        var trees = Trees.instance(task);
        String first = null;
        for (var unit : units)
            for (Tree declared : unit.getTypeDecls())
                if (declared instanceof ClassTree
                        && trees.getElement(TreePath.getPath(unit, declared)) instanceof TypeElement type
                        && task.getElements().getAllMembers(type).stream().anyMatch(Compile::starts)) {
                    String name = task.getElements().getBinaryName(type).toString();
                    if (type.getSimpleName().contentEquals("Main")) return name; // the package format's default entry point
                    if (first == null) first = name;
                }
        return first;
    }

    private static boolean starts(Element member) {
        return member.getKind() == ElementKind.METHOD
                && member.getSimpleName().contentEquals("main")
                && !member.getModifiers().contains(Modifier.PRIVATE)
                && !member.getModifiers().contains(Modifier.ABSTRACT)
                && member instanceof ExecutableElement method
                && method.getReturnType().getKind() == TypeKind.VOID
                && (method.getParameters().isEmpty()
                        || method.getParameters().size() == 1 && isStringArray(method.getParameters().get(0).asType()));
    }

    private static boolean isStringArray(TypeMirror type) {
        return type instanceof ArrayType array && array.getComponentType().toString().equals("java.lang.String");
    }

    private static byte[] jar(Map<String, ByteArrayOutputStream> classes) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var jar = new ZipOutputStream(bytes)) {
            for (var each : classes.entrySet()) {
                byte[] content = each.getValue().toByteArray();
                var checksum = new CRC32();
                checksum.update(content);
                var entry = new ZipEntry(each.getKey());
                entry.setMethod(ZipEntry.STORED); // it is read once, from memory
                entry.setSize(content.length);
                entry.setCrc(checksum.getValue());
                entry.setTimeLocal(EPOCH);
                jar.putNextEntry(entry);
                jar.write(content);
            }
        }
        return bytes.toByteArray();
    }

    /** A source file that may hold a public class of any name, as where `java FILE` starts a source file. */
    private static final class AnyName extends ForwardingJavaFileObject<JavaFileObject> {
        AnyName(JavaFileObject file) {
            super(file);
        }

        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            // Any file may hold any class, but none is the description of a package or a module: of those there is one only.
            return !simpleName.equals("package-info") && !simpleName.equals("module-info");
        }
    }

    /** Keeps what the compiler writes: class files by their path in the jar. */
    private static final class Classes extends ForwardingJavaFileManager<StandardJavaFileManager> {
        final Map<String, ByteArrayOutputStream> written = new TreeMap<>();

        Classes(StandardJavaFileManager standard) {
            super(standard);
        }

        @Override
        public boolean isSameFile(FileObject one, FileObject other) {
            return one.toUri().equals(other.toUri());
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                JavaFileManager.Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            String path = className.replace('.', '/') + kind.extension;
            return new SimpleJavaFileObject(URI.create("memory:///" + className.hashCode() + kind.extension), kind) {
                @Override
                public OutputStream openOutputStream() {
                    var content = new ByteArrayOutputStream();
                    written.put(path, content);
                    return content;
                }
            };
        }
    }
}
