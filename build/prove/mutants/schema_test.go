package mutants_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// variable names the mutant that is switched on.
const variable = "DOCKET_MUTANT"

// overlay collects changed and added source files for `go build -overlay`.
type overlay struct {
	root, dir string
	replace   map[string]string
	files     int
}

func newOverlay(t *testing.T) *overlay {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	return &overlay{root: root, dir: t.TempDir(), replace: map[string]string{}}
}

// put stands text in for the file of that path, whether there is one or not.
func (o *overlay) put(t *testing.T, path, text string) {
	t.Helper()
	o.files++
	tmp := filepath.Join(o.dir, fmt.Sprintf("%d.go", o.files))
	if err := os.WriteFile(tmp, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o.replace[filepath.Join(o.root, filepath.FromSlash(path))] = tmp
}

// read gives a file as it is in this overlay so far.
func (o *overlay) read(t *testing.T, path string) string {
	t.Helper()
	full := filepath.Join(o.root, filepath.FromSlash(path))
	if tmp, ok := o.replace[full]; ok {
		full = tmp
	}
	b, err := os.ReadFile(full)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// write gives the path of the overlay's description.
func (o *overlay) write(t *testing.T) string {
	t.Helper()
	b, err := json.Marshal(map[string]any{"Replace": o.replace})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(o.dir, "overlay.json")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// switches is added to every package that is changed.
const switches = `package %s

import "os"

var mutantNow = os.Getenv("` + variable + `")

func mutantIs(name string) bool { return mutantNow == name }

func mutantCond(name string, v bool) bool { return v != (mutantNow == name) }

func mutantCase[T any](name string, v T) T {
	if mutantNow == name {
		var none T
		return none
	}
	return v
}
`

func (o *overlay) addSwitches(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(o.root, filepath.FromSlash(dir), "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Go files in %s: %v", dir, err)
	}
	f, err := parser.ParseFile(token.NewFileSet(), files[0], nil, parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	o.put(t, dir+"/mutant_switches.go", fmt.Sprintf(switches, strings.TrimSuffix(f.Name.Name, "_test")))
}

// site is a place in a file that a mutant changes.
type site struct {
	name, file, text string
	line             int
	from, to         int // offsets
	cond             bool
}

// conditions wraps every condition of a package: what `if`, `for` and a
// tagless `case` ask, every operand of && and ||, every boolean that is
// returned, and every value of a case. A condition is negated, a value is
// replaced by the zero value, so that its case never comes.
func (o *overlay) conditions(t *testing.T, dir string) []site {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(o.root, filepath.FromSlash(dir), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all []site
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		rel := dir + "/" + filepath.Base(f)
		sites := find(t, rel, src)
		o.put(t, rel, wrap(string(src), sites))
		all = append(all, sites...)
	}
	o.addSwitches(t, dir)
	return all
}

func find(t *testing.T, rel string, src []byte) []site {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, rel, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[[2]int]bool{}
	var sites []site
	add := func(e ast.Expr, cond bool) {
		p := fset.Position(e.Pos())
		s := site{file: rel, line: p.Line, from: p.Offset, to: fset.Position(e.End()).Offset, cond: cond}
		if seen[[2]int{s.from, s.to}] {
			return
		}
		seen[[2]int{s.from, s.to}] = true
		s.text = string(src[s.from:s.to])
		s.name = fmt.Sprintf("%s:%d:%d+%d", rel, p.Line, p.Column, s.to-s.from)
		if p, end := s.text, len(s.text); end > 60 {
			s.text = p[:60] + "…"
		}
		sites = append(sites, s)
	}
	var condition func(e ast.Expr)
	condition = func(e ast.Expr) {
		switch x := e.(type) {
		case nil:
			return
		case *ast.ParenExpr:
			condition(x.X)
			return
		case *ast.Ident:
			if x.Name == "true" || x.Name == "false" {
				return
			}
		case *ast.BinaryExpr:
			if x.Op == token.LAND || x.Op == token.LOR {
				condition(x.X)
				condition(x.Y)
			}
		}
		add(e, true)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.IfStmt:
			condition(x.Cond)
		case *ast.ForStmt:
			condition(x.Cond)
		case *ast.BinaryExpr:
			if x.Op == token.LAND || x.Op == token.LOR {
				condition(x)
			}
		case *ast.SwitchStmt:
			for _, c := range x.Body.List {
				for _, e := range c.(*ast.CaseClause).List {
					if x.Tag == nil {
						condition(e)
					} else {
						add(e, false)
					}
				}
			}
		case *ast.FuncDecl:
			r := x.Type.Results
			if r == nil || len(r.List) != 1 || len(r.List[0].Names) > 1 {
				break
			}
			if id, ok := r.List[0].Type.(*ast.Ident); ok && id.Name == "bool" && x.Body != nil {
				ast.Inspect(x.Body, func(n ast.Node) bool {
					if ret, ok := n.(*ast.ReturnStmt); ok && len(ret.Results) == 1 {
						condition(ret.Results[0])
					}
					_, inner := n.(*ast.FuncLit)
					return !inner
				})
			}
		}
		return true
	})
	return sites
}

// wrap puts every site into a call that can change its value.
func wrap(src string, sites []site) string {
	type insert struct {
		at, order int
		text      string
	}
	var ins []insert
	for _, s := range sites {
		call := "mutantCase"
		if s.cond {
			call = "mutantCond"
		}
		length := s.to - s.from
		// Outer calls open first and close last.
		ins = append(ins, insert{s.from, 1<<20 - length, fmt.Sprintf("%s(%q, ", call, s.name)}, insert{s.to, -1<<20 + length, ")"})
	}
	sort.SliceStable(ins, func(i, j int) bool {
		if ins[i].at != ins[j].at {
			return ins[i].at < ins[j].at
		}
		return ins[i].order < ins[j].order
	})
	var b strings.Builder
	last := 0
	for _, x := range ins {
		b.WriteString(src[last:x.at])
		b.WriteString(x.text)
		last = x.at
	}
	b.WriteString(src[last:])
	return b.String()
}
