package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/storage/blob"
	"docket/storage/ledger"
)

// sectionsFile, in the folder, declares the sections its articles lie in.
const sectionsFile = "sections.yaml"

// Mistake is one of a file of articles, at its line; 0 for the whole file.
type Mistake struct {
	File string
	Line int
	What string
}

// String is the mistake as it is printed.
func (m Mistake) String() string {
	if m.Line == 0 {
		return m.File + ": " + m.What
	}
	return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.What)
}

// Mistakes are all that were found; nothing was imported.
type Mistakes []Mistake

// Error implements error.
func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, x := range m {
		lines[i] = x.String()
	}
	return strings.Join(lines, "\n")
}

// ArticleReport is what an import of articles did.
type ArticleReport struct{ Sections, New, Changed, Same int }

// article is a file of Markdown as it was read.
type article struct {
	file      string
	id        desk.ArticleID
	writing   desk.Writing
	lines     map[string]int // of its front matter, by field
	body      int            // the line its text begins on
	published bool
	beside    []besideFile // the files it names
}

// Articles makes articles of the Markdown in a folder and those below it: as many
// as there are files, in the sections that sections.yaml there declares. It is
// one transaction: with any mistake nothing is imported. A file that was imported
// before changes its article where it differs. What an article names beside it is
// kept in files and comes along.
func Articles(ctx context.Context, l *ledger.Ledger, files *blob.Store, dir fs.FS, now time.Time) (r ArticleReport, err error) {
	im := &articleImport{dir: dir, files: files, now: now.UTC()}
	sections := im.sections()
	all, err := im.read()
	if err != nil {
		return r, err
	}
	read := im.bad
	err = l.Update(ctx, func(tx *ledger.Tx) error {
		im.tx, im.report, im.bad = tx, ArticleReport{}, slices.Clone(read) // it may be run again
		if im.place, err = tx.Place(); err != nil {
			return fmt.Errorf("read the desk: %w", err)
		}
		for _, s := range sections {
			if err := im.keepSection(s); err != nil {
				return err
			}
		}
		for i := range all {
			if err := im.keep(&all[i]); err != nil {
				return err
			}
		}
		if len(im.bad) > 0 {
			slices.SortStableFunc(im.bad, func(a, b Mistake) int {
				if c := strings.Compare(a.File, b.File); c != 0 {
					return c
				}
				return a.Line - b.Line
			})
			return im.bad
		}
		return nil
	})
	if err != nil {
		return ArticleReport{}, errors.Join(err, im.forgetBeside(ctx, l))
	}
	return im.report, nil
}

type articleImport struct {
	dir    fs.FS
	files  *blob.Store
	kept   []desk.BlobHash // what was put into files
	now    time.Time
	tx     *ledger.Tx
	place  desk.Place
	bad    Mistakes
	report ArticleReport
}

func (im *articleImport) fault(file string, line int, format string, args ...any) {
	im.bad = append(im.bad, Mistake{file, line, fmt.Sprintf(format, args...)})
}

type declaredSection struct {
	section desk.Section
	line    int
}

// sections reads sections.yaml; a folder without one has articles of sections that
// are on the desk already.
func (im *articleImport) sections() (out []declaredSection) {
	b, err := fs.ReadFile(im.dir, sectionsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var list []yaml.Node
	if err == nil {
		err = yaml.Unmarshal(b, &list)
	}
	if err != nil {
		im.fault(sectionsFile, 0, "it cannot be read: %v", err)
		return nil
	}
	for i := range list {
		var s struct {
			ID           string `yaml:"id"`
			Name         string `yaml:"name"`
			For          string `yaml:"for"`
			Readers      string `yaml:"readers"`
			Organization string `yaml:"organization"`
		}
		if !im.fields(sectionsFile, &list[i], 0, []string{"id", "name", "for", "readers", "organization"}, nil) {
			continue
		}
		if err := list[i].Decode(&s); err != nil {
			im.fault(sectionsFile, list[i].Line, "it cannot be read: %v", err)
			continue
		}
		out = append(out, declaredSection{desk.Section{
			ID: desk.SectionID(s.ID), Name: s.Name, For: s.For, Readers: desk.Readers(s.Readers), Org: desk.OrgID(s.Organization), Rank: int64(i+1) * 1024,
		}, list[i].Line})
	}
	return out
}

// fields refuses what is no mapping, and names it does not know. at says how many
// lines stand before the text the node is of.
func (im *articleImport) fields(file string, n *yaml.Node, at int, known []string, lines map[string]int) bool {
	if n.Kind != yaml.MappingNode {
		im.fault(file, n.Line+at, "names and values are expected here, such as title: Reset a password")
		return false
	}
	ok := true
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i]
		if !slices.Contains(known, name.Value) {
			im.fault(file, name.Line+at, "there is no %q; what can be said is %s", name.Value, strings.Join(known, ", "))
			ok = false
		}
		if lines != nil {
			lines[name.Value] = name.Line + at
		}
	}
	return ok
}

// read reads every file of Markdown, in the order of their names.
func (im *articleImport) read() (out []article, err error) {
	err = fs.WalkDir(im.dir, ".", func(file string, e fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("read %s: %w", file, err)
		}
		if e.IsDir() || !strings.EqualFold(path.Ext(file), ".md") || strings.EqualFold(path.Base(file), "README.md") {
			return nil
		}
		b, err := fs.ReadFile(im.dir, file)
		if err != nil {
			return fmt.Errorf("read %s: %w", file, err)
		}
		if a, ok := im.parse(file, string(b)); ok {
			out = append(out, a)
		}
		return nil
	})
	if err == nil && len(out) == 0 && len(im.bad) == 0 {
		return nil, &desk.Error{Code: desk.CodeInvalid, Message: "There is no Markdown in this folder.", Hint: "Name the folder that has the files ending in .md, or that has folders with them."}
	}
	return out, err
}

var frontMatter = []string{"title", "section", "readers", "organization", "language", "tags", "state"}

func (im *articleImport) parse(file, text string) (article, bool) {
	text = strings.TrimPrefix(strings.ReplaceAll(text, "\r\n", "\n"), "\ufeff")
	a := article{file: file, id: articleID(file), lines: map[string]int{}, body: 1, published: true}
	if dir, _, nested := strings.Cut(file, "/"); nested {
		a.writing.Section = desk.SectionID(dir)
	}
	head, body, found := "", text, false
	if strings.HasPrefix(text, "---\n") {
		if head, body, found = strings.Cut(text[len("---\n")-1:], "\n---\n"); !found {
			im.fault(file, 1, "the part between --- and --- is never closed; end it with a line of ---")
			return a, false
		}
		a.body = strings.Count(head, "\n") + 3
	}
	if found && strings.TrimSpace(head) != "" {
		if !im.front(&a, head) {
			return a, false
		}
	}
	body = strings.TrimLeft(body, "\n")
	if title, rest, _ := strings.Cut(body, "\n"); a.writing.Title == "" && strings.HasPrefix(title, "# ") { // the first heading is the title
		a.writing.Title, body = strings.TrimSpace(title[2:]), strings.TrimLeft(rest, "\n")
	}
	a.writing.Text = strings.TrimRight(body, "\n \t")
	return a, im.beside(&a, text)
}

func (im *articleImport) front(a *article, head string) bool {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(head), &doc); err != nil {
		line := 2
		_, _ = fmt.Sscanf(err.Error(), "yaml: line %d:", &line) // where it says none, it is the first
		im.fault(a.file, line, "this is not as it has to be: a name, a colon, a space and a value; texts with a colon need quotes")
		return false
	}
	// The head begins with the end of the line of the first ---, which YAML counts.
	if len(doc.Content) == 0 || !im.fields(a.file, doc.Content[0], 0, frontMatter, a.lines) {
		return false
	}
	var f struct {
		Title, Section, Readers, Organization, Language, State string
		Tags                                                   []string
	}
	if err := doc.Decode(&f); err != nil {
		im.fault(a.file, doc.Content[0].Line, "a value is not as it has to be: %s", strings.TrimPrefix(strings.Join(strings.Fields(err.Error()), " "), "yaml: unmarshal errors: "))
		return false
	}
	w := &a.writing
	w.Title, w.Readers, w.Org, w.Language, w.Tags = f.Title, desk.Readers(f.Readers), desk.OrgID(f.Organization), f.Language, f.Tags
	if f.Section != "" {
		w.Section = desk.SectionID(f.Section)
	}
	switch f.State {
	case "", "published":
	case "draft":
		a.published = false
	default:
		im.fault(a.file, a.lines["state"], "state is draft or published, not %q", f.State)
		return false
	}
	return true
}

// articleID is the same for the same file, so that importing it again changes the
// article it became.
func articleID(file string) desk.ArticleID {
	sum := sha256.Sum256([]byte("article\x00" + file))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80 // a UUID of version 8
	h := hex.EncodeToString(sum[:16])
	return desk.ArticleID(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:])
}

// does has the desk itself give a command of the knowledge base. What the rules
// refuse is a mistake of the file.
func (im *articleImport) does(args desk.Args) (*desk.Error, error) {
	h, err := im.tx.Help(desk.System, args)
	if err != nil {
		return nil, fmt.Errorf("read the knowledge base: %w", err)
	}
	ch, err := flow.Helps(args, "", h, desk.Clerk(), im.place, im.now)
	var refused *desk.Error
	if errors.As(err, &refused) {
		return refused, nil
	}
	if err != nil {
		return nil, err
	}
	return nil, im.tx.KeepHelp(desk.System, ch)
}

func (im *articleImport) keepSection(s declaredSection) error {
	refused, err := im.does(desk.SaveSection{Section: s.section})
	if refused != nil {
		im.fault(sectionsFile, s.line, "%s %s", refused.Message, refused.Hint)
		return nil
	}
	im.report.Sections++
	return err
}

func (im *articleImport) keep(a *article) error {
	was, err := im.tx.Article(a.id)
	if err != nil {
		return fmt.Errorf("read article: %w", err)
	}
	if a.writing.Readers == "" { // as its section
		h, err := im.tx.Help(desk.System, desk.SaveSection{Section: desk.Section{ID: a.writing.Section}})
		if err != nil {
			return fmt.Errorf("read section: %w", err)
		}
		if h.Section != nil {
			a.writing.Readers, a.writing.Org = h.Section.Readers, h.Section.Org
		}
	}
	if err := im.keepBeside(a); err != nil {
		return err
	}
	edit := uint64(0)
	if was != nil {
		edit = was.Edit
		switch {
		case was.Draft != nil && was.Draft.By != desk.System:
			im.fault(a.file, 0, "%s is changing this article on the desk; publish or drop that first", was.Draft.ByName)
			return nil
		case same(was, a):
			im.report.Same++
			return nil
		}
	}
	refused, err := im.does(desk.WriteArticle{Article: a.id, Edit: edit, Writing: a.writing})
	if refused == nil && err == nil && a.published {
		refused, err = im.does(desk.MoveArticle{Article: a.id, Edit: edit + 1, Step: desk.StepPublish})
	}
	switch {
	case err != nil:
		return err
	case refused != nil:
		im.fault(a.file, a.lineOf(refused.Field), "%s %s", refused.Message, refused.Hint)
	case was == nil:
		im.report.New++
	default:
		im.report.Changed++
	}
	return nil
}

// same reports whether the desk has an article as its file says it.
func same(was *desk.Article, a *article) bool {
	w := a.writing
	w.Tags = slices.Clone(w.Tags)
	for i, t := range w.Tags {
		w.Tags[i], _ = desk.NormalTag(t)
	}
	slices.Sort(w.Tags)
	has := was.Live
	if !a.published && was.Draft != nil {
		has = was.Draft.Writing
	} else if !a.published || was.Published.IsZero() {
		return false // one that was retired on the desk stays so until its file says something new
	}
	if len(w.Tags)+len(has.Tags) == 0 {
		w.Tags, has.Tags = nil, nil
	}
	if len(w.Files)+len(has.Files) == 0 {
		w.Files, has.Files = nil, nil
	}
	if w.Readers == "" {
		w.Readers = desk.ReadersStaff
	}
	w.Title = strings.Join(strings.Fields(w.Title), " ")
	if w.Language == "" { // it was guessed
		w.Language = has.Language
	}
	return reflect.DeepEqual(w, has)
}

// lineOf is where a field stands, or where the text begins.
func (a *article) lineOf(field string) int {
	if field == "org" {
		field = "organization"
	}
	if line := a.lines[field]; line > 0 {
		return line
	}
	if field == "text" {
		return a.body
	}
	return 1
}
