package rules_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath   string
	Dir          string
	Doc          string
	GoFiles      []string
	Imports      []string
	Deps         []string
	Standard     bool
	IgnoredFiles []string `json:"IgnoredGoFiles"`
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json"}, args...)...)
	cmd.Dir = root(t)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, errs.String())
	}
	var all []pkg
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// under reports whether path is the package or below it.
func under(path, prefix string) bool { return path == prefix || strings.HasPrefix(path, prefix+"/") }

// edge forbids an import; but lists exceptions below from.
type edge struct {
	from, to string
	but      []string
	why      string
}

var forbidden = []edge{
	{"docket/storage", "docket/sync", nil, "storage and sync speak in terms of app/desk and never to each other"},
	{"docket/sync", "docket/storage", []string{"docket/sync/cmd"}, "storage and sync speak in terms of app/desk and never to each other"},
	{"docket/sync/link", "docket/sync/engine", nil, "the connection carries frames and knows neither end"},
	{"docket/sync/wire", "docket/sync", nil, "the protocol knows neither end"},
	{"docket/sync/engine", "docket/sync/authority", nil, "the client has no way to decide"},
	{"docket/sync/engine", "docket/sync/server", nil, "the client is not the server"},
	{"docket/sync", "docket/app/shell", nil, "only the desktop has a window"},
	{"docket/sync", "docket/app/notify", nil, "only the desktop notifies"},
	{"docket/sync", "docket/app/vault", nil, "the server has no keyring"},
	{"docket/app/notify", "docket/storage", nil, "the notifier is told, it does not look"},
	{"docket/app/tray", "docket/storage", nil, "the icon is told, it does not look"},
	{"docket/app/shell", "docket/storage", nil, "the window shows what app gives it"},
	{"docket/app/shell", "docket/sync", nil, "the window shows what app gives it"},
}

func TestImportsPointOneWay(t *testing.T) {
	for _, p := range list(t, "./...") {
		for _, imp := range p.Imports {
			for _, e := range forbidden {
				if under(p.ImportPath, e.from) && under(imp, e.to) && !under(imp, p.ImportPath) && p.ImportPath != e.to {
					if e.from == "docket/sync/wire" && under(imp, "docket/sync/wire") {
						continue
					}
					allowed := false
					for _, b := range e.but {
						allowed = allowed || under(p.ImportPath, b)
					}
					if !allowed {
						t.Errorf("%s imports %s: %s", p.ImportPath, imp, e.why)
					}
				}
			}
		}
	}
}

func TestTheDeskImportsOnlyTheStandardLibrary(t *testing.T) {
	for _, p := range list(t, "./app/desk/...") {
		for _, imp := range p.Imports {
			if strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") || (under(imp, "docket") && !under(imp, "docket/app/desk")) {
				t.Errorf("%s imports %s: the rules must run anywhere, with nothing", p.ImportPath, imp)
			}
			if imp == "os" || imp == "net" || imp == "database/sql" {
				t.Errorf("%s imports %s: the rules are pure", p.ImportPath, imp)
			}
		}
	}
}

// home names the only places a library may be used in.
var home = map[string][]string{
	"github.com/dgraph-io/badger":       {"docket/storage/cache"},
	"github.com/gorilla/websocket":      {"docket/sync/link"},
	"github.com/wailsapp/wails":         {"docket", "docket/app/shell"},
	"github.com/gen2brain/beeep":        {"docket/app/notify"},
	"github.com/godbus/dbus":            {"docket/app/notify", "docket/app/shell", "docket/app/tray"},
	"fyne.io/systray":                   {"docket/app/tray"},
	"github.com/zalando/go-keyring":     {"docket/app/vault"},
	"modernc.org/sqlite":                {"docket/storage/ledger"},
	"github.com/jackc/pgx":              {"docket/storage/ledger"},
	"gocloud.dev":                       {"docket/storage/blob/bucket"},
	"github.com/fxamacker/cbor":         {"docket/sync/wire"},
	"gopkg.in/yaml.v3":                  {"docket/sync/cmd/docketd"},
	"github.com/anishathalye/porcupine": {"docket/build/prove/order"},
}

func TestEachLibraryHasOneHome(t *testing.T) {
	for _, p := range append(list(t, "./..."), list(t, "-tags", "desktop,production", ".", "./app/...")...) {
		for _, imp := range p.Imports {
			for lib, homes := range home {
				if !under(imp, lib) {
					continue
				}
				ok := false
				for _, h := range homes {
					ok = ok || p.ImportPath == h || (h != "docket" && under(p.ImportPath, h))
				}
				if !ok {
					t.Errorf("%s imports %s, whose home is %v", p.ImportPath, imp, homes)
				}
			}
		}
	}
}

func TestTheServerHasNoWindow(t *testing.T) {
	for _, p := range list(t, "./sync/cmd/docketd") {
		for _, dep := range p.Deps {
			if under(dep, "github.com/wailsapp") || under(dep, "docket/app/shell") || dep == "runtime/cgo" && os.Getenv("CGO_ENABLED") == "0" {
				t.Errorf("docketd depends on %s", dep)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	vague := regexp.MustCompile(`/(util|utils|common|models|helpers|misc)$`)
	for _, p := range list(t, "./...") {
		if p.Doc == "" && len(p.GoFiles) > 0 {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
		if vague.MatchString(p.ImportPath) {
			t.Errorf("%s: a package is named after what it is for", p.ImportPath)
		}
	}
	if m, _ := filepath.Glob(filepath.Join(root(t), "sync", "*.go")); len(m) > 0 {
		t.Errorf("sync/ holds no Go file itself: %v", m)
	}
}

// tracked gives the files git knows, with slashes.
func tracked(t *testing.T, patterns ...string) []string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"ls-files", "--"}, patterns...)...)
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	var there []string
	for f := range strings.Lines(string(out)) {
		f = strings.TrimSpace(f)
		if _, err := os.Stat(filepath.Join(root(t), f)); err == nil {
			there = append(there, f)
		}
	}
	return there
}

func TestNothingGrowsTooLong(t *testing.T) {
	const maxFile, maxFunc, maxComponent = 600, 80, 300
	fset := token.NewFileSet()
	for _, f := range tracked(t, "*.go") {
		path := filepath.Join(root(t), f)
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			continue
		}
		if n := fset.Position(file.End()).Line; n > maxFile && !strings.HasSuffix(f, "_test.go") {
			t.Errorf("%s has %d lines; is it more than one room?", f, n)
		}
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				if n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line; n > maxFunc {
					t.Errorf("%s: %s has %d lines", f, fn.Name.Name, n)
				}
			}
		}
	}
	for _, f := range tracked(t, "*.svelte") {
		b, err := os.ReadFile(filepath.Join(root(t), f))
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(b, []byte("\n")); n > maxComponent {
			t.Errorf("%s has %d lines; does it hold more than one component?", f, n)
		}
	}
}

// never are words that must not stand in a file, with the reason.
var never = []struct {
	files, pattern, why string
}{
	{`^frontend/(src/|index)`, `\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|<iframe|<object|<embed`, "nothing from a person becomes HTML, and an iframe reaches the bindings (RELIABILITY 0.8)"},
	{`\.(svelte|ts)$`, `new FormData|fetch\([^)]*new Blob`, "WebKitGTK dies of a Blob or FormData body (LIBRARIES 0.2)"},
	{`^frontend/src/.*\.svelte$`, `#[0-9a-fA-F]{6}\b`, "components use colour roles only"},
	{`^frontend/src/.*\.(svelte|css)$`, `(margin|padding|border)-(left|right)|[;{ ](left|right): ?-?[0-9]|text-align: ?(left|right)|float: ?(left|right)|(padding|margin): ?[^ ;()]+ ([^ ;()]+) [^ ;()]+ [^ ;()]+;`, "the window runs from the right, too: say start and end"},
	{`_test\.go$`, `\btime\.Sleep\(`, "tests wait for a signal, not for a while"},
	{`\.(test|spec)\.ts$`, `\b(it|test|describe)\.(skip|only)\(`, "a skipped test protects nobody"},
	{`\.(go|ts|svelte)$`, `\b(TODO|FIXME|XXX|HACK)\b`, "open points belong into the tracker"},
}

func TestWordsThatMustNotStand(t *testing.T) {
	type rule struct {
		files, pattern *regexp.Regexp
		why            string
	}
	var rules []rule
	for _, n := range never {
		rules = append(rules, rule{regexp.MustCompile(n.files), regexp.MustCompile(n.pattern), n.why})
	}
	for _, f := range tracked(t) {
		if strings.HasPrefix(f, "build/rules/") {
			continue
		}
		var mine []rule
		for _, r := range rules {
			if r.files.MatchString(f) {
				mine = append(mine, r)
			}
		}
		if len(mine) == 0 {
			continue
		}
		b, err := os.ReadFile(filepath.Join(root(t), f))
		if err != nil {
			t.Fatal(err)
		}
		// In a bubble of testing/synctest a sleep takes no time.
		fakeTime := bytes.Contains(b, []byte(`"testing/synctest"`))
		for i, line := range strings.Split(string(b), "\n") {
			for _, r := range mine {
				if r.pattern.MatchString(line) && !(fakeTime && strings.Contains(line, "time.Sleep(")) {
					t.Errorf("%s:%d: %s", f, i+1, r.why)
				}
			}
		}
	}
}

func TestTheReadmeIsShort(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(b, []byte("\n")); n > 120 {
		t.Errorf("README.md has %d lines, at most 120", n)
	}
	for _, want := range []string{"go run ./build/task demo", "go run ./build/task test"} {
		if !bytes.Contains(b, []byte(want)) {
			t.Errorf("README.md does not name %q", want)
		}
	}
}
