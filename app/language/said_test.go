package language_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const top = "../../"

// spoken are the folders in which every sentence is for a person; in the others
// only what is put into an error of the domain is.
var spoken = []string{"app", "app/notify", "app/desk/access", "app/desk/flow", "app/desk/policy", "app/vault"}

var refusing = []string{
	"app/desk", "app/shell",
	"sync/authority", "sync/engine", "sync/hub", "sync/link", "sync/wire", "sync/server",
	"storage/archive", "storage/blob", "storage/cache", "storage/ledger", "storage/outbox",
}

// operators are files whose errors are read at a terminal by whoever runs the
// server, in English as all of docketd is.
var operators = []string{
	"storage/ledger/fault.go", "storage/ledger/ledger.go", "storage/ledger/schema.go", "storage/ledger/backup.go", "storage/ledger/check.go",
	"storage/ledger/person.go", "storage/ledger/restore.go", "storage/ledger/held.go", "storage/ledger/memory.go", "storage/ledger/wal.go",
	"storage/ledger/purge.go", "storage/blob/sealed.go", "storage/blob/open.go", "sync/server/listen.go", "app/desk/flow/person.go",
}

// asTheyAre are said in no language but their own, each with its reason.
var asTheyAre = map[string][]string{
	// What the desk writes into a conversation is the desk's, as a person's letter is the person's.
	"app/desk/flow/fix.go":       {"change of the fix"},
	"app/catchup.go":             {"Call, 1 minute", "Call, %d minutes"}, // as the head of a ticket has them
	"app/desk/flow/live.go":      {" has joined"},
	"app/desk/flow/elsewhere.go": {"Missed call", "Call, no answer", "Call, %d minutes", "phone number"},
	// Names of files, of the program and of what it wrote down; a problem is named in the team's words.
	"app/files.go": {"file ", "Screenshot "},
	"app/shot.go":  {"Screenshot "}, "app/evidence.go": {"Docket "},
	"app/teller.go":  {"(%d) Docket"},
	"app/session.go": {"damaged while open"},
	"app/fix.go":     {"Found with "},
	// Names of what a sentence is about, which it chooses its words by.
	"app/desk/flow/move.go": {"change of status"},
	"app/desk/flow/open.go": {"linked name"},
}

// vocabularies are files of words that are looked for in what people write.
var vocabularies = []string{"app/desk/flow/thanks.go", "app/desk/policy/language.go"}

// makers are the functions that make an error, with the places of its sentences.
var makers = map[string][]int{
	"invalid": {1, 2}, "tooLarge": {1, 2}, "conflict": {1}, "denied": {0, 1}, "wrong": {1}, "unfilled": {0}, "say": {0}, "Say": {0}, "Saying": {0}, "Advising": {0},
}

// quiet are calls whose strings nobody reads, or the log does.
var quiet = strings.Fields("Errorf New Warn Error Info Debug MustCompile Format Parse Fields Join Replace ReplaceAll Cut TrimPrefix TrimSuffix HasPrefix HasSuffix Contains ContainsAny ContainsRune Trim TrimLeft TrimRight Split Fprintln Fprintf Println Header Set Get Index Query Exec panic")

var words = regexp.MustCompile(`\p{L}[’”.,:;…!?)]*\s+[“(]?[\p{L}{]|^[\s,;:.“”]*\s\p{L}{2,}|\p{L}{2,}[:,;“”]?\s$`)

// tables hold sentences and words that are looked up before they are said.
var tables = strings.Fields("kindNames closings reopenings lates verdictWords nextWords urgencyNames impactWords severityWords titles")

// worded are the functions that give a word for a value, which is said then.
var worded = []string{"Words"}

// one is a sentence, and where it stands.
type one struct{ at, text string }

// read gives what a file says: sentences that have to be in the catalogue, and
// what is made of pieces and cannot be.
func read(t *testing.T, name string, everything bool) (keys, bare []one) {
	t.Helper()
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, top+name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	at := func(n ast.Node) string { return name + ":" + strconv.Itoa(set.Position(n.Pos()).Line) }
	done := map[ast.Node]bool{}
	sentence := func(x ast.Expr) {
		switch x := x.(type) {
		case *ast.BasicLit:
			done[x] = true
			if s, _ := strconv.Unquote(x.Value); s != "" {
				keys = append(keys, one{at(x), s})
			}
		case *ast.BinaryExpr:
			bare = append(bare, one{at(x), "put together with " + x.Op.String()})
		case *ast.CallExpr:
			if n := called(x); n == "Sprintf" || n == "Sprint" {
				bare = append(bare, one{at(x), "put together with " + n})
			}
		}
	}
	silent := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok && makers[called(c)] != nil {
				return false
			}
			if l, ok := n.(*ast.BasicLit); ok {
				done[l] = true
			}
			return true
		})
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			return n.Tag == nil
		case *ast.KeyValueExpr:
			if k, ok := n.Key.(*ast.Ident); ok && (k.Name == "Message" || k.Name == "Hint") {
				sentence(n.Value)
			}
		case *ast.FuncDecl:
			if slices.Contains(worded, n.Name.Name) {
				ast.Inspect(n.Body, func(n ast.Node) bool {
					if r, ok := n.(*ast.ReturnStmt); ok {
						sentence(r.Results[0])
					}
					return true
				})
			}
		case *ast.ValueSpec:
			if slices.Contains(tables, n.Names[0].Name) && len(n.Values) == 1 {
				if c, ok := n.Values[0].(*ast.CompositeLit); ok {
					for _, e := range c.Elts {
						sentence(e.(*ast.KeyValueExpr).Value)
					}
				}
			}
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if c, ok := n.Rhs[min(i, len(n.Rhs)-1)].(*ast.CompositeLit); ok {
					if name, ok := l.(*ast.Ident); ok && slices.Contains(tables, name.Name) {
						for _, e := range c.Elts {
							sentence(e.(*ast.KeyValueExpr).Value)
						}
					}
				}
				if s, ok := l.(*ast.SelectorExpr); ok && (s.Sel.Name == "Message" || s.Sel.Name == "Hint") && len(n.Rhs) == len(n.Lhs) {
					sentence(n.Rhs[i])
				}
			}
		case *ast.CallExpr:
			name := called(n)
			if name == "With" {
				for i, a := range n.Args {
					if i%2 == 0 {
						silent(a)
					}
				}
			}
			for _, i := range makers[name] {
				if i < len(n.Args) {
					sentence(n.Args[i])
				}
			}
			if makers[name] == nil && slices.Contains(quiet, name) {
				for _, a := range n.Args {
					silent(a)
				}
			}
		case *ast.BasicLit:
			if n.Kind == token.STRING && everything && !done[n] && !slices.Contains(vocabularies, name) {
				if s, _ := strconv.Unquote(n.Value); words.MatchString(s) && !slices.Contains(asTheyAre[name], s) {
					keys = append(keys, one{at(n), s})
				}
			}
		}
		return true
	})
	return keys, bare
}

func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(top + dir + "/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range all {
		if name := filepath.ToSlash(strings.TrimPrefix(f, filepath.FromSlash(top))); !strings.HasSuffix(f, "_test.go") && !slices.Contains(operators, name) {
			out = append(out, name)
		}
	}
	return out
}

func catalogue(t *testing.T, code string) map[string]string {
	t.Helper()
	b, err := fs.ReadFile(os.DirFS(top+"frontend/src/lib/language"), code+".json")
	if err != nil {
		t.Fatal(err)
	}
	var lines map[string]string
	if err := json.Unmarshal(b, &lines); err != nil {
		t.Fatal(err)
	}
	return lines
}

// TestEverySentenceOfTheProgramIsInEveryLanguage finds what Go says to people,
// as tests/language.test.ts finds what the page says.
func TestEverySentenceOfTheProgramIsInEveryLanguage(t *testing.T) {
	de, ar := catalogue(t, "de"), catalogue(t, "ar")
	n := 0
	look := func(dir string, everything bool) {
		for _, f := range files(t, dir) {
			keys, bare := read(t, f, everything)
			for _, b := range bare {
				t.Errorf("%s: a sentence is %s; put its values into names, with With or say", b.at, b.text)
			}
			for _, k := range keys {
				n++
				for code, lines := range map[string]map[string]string{"de": de, "ar": ar} {
					if lines[k.text] == "" {
						t.Errorf("%s: not in %s.json: %q", k.at, code, k.text)
					}
				}
			}
		}
	}
	for _, dir := range spoken {
		look(dir, true)
	}
	for _, dir := range refusing {
		look(dir, false)
	}
	if n < 500 {
		t.Errorf("only %d sentences were found", n)
	}
}
