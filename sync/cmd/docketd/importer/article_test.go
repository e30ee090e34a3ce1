package importer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"docket/app/desk"
	"docket/storage/blob"
	"docket/storage/ledger"
	"docket/sync/cmd/docketd/importer"
	"docket/sync/wire"
)

func folder(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func articleLedger(t *testing.T) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(context.Background(), "sqlite:"+t.TempDir()+"/ledger.db", wire.Codec{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := l.Update(context.Background(), func(tx *ledger.Tx) error {
		_, err := tx.PutOrg(desk.Organization{ID: "bakery", Name: "Bakery"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return l
}

func articleBlobs(t *testing.T) *blob.Store {
	t.Helper()
	b, err := blob.Open(t.TempDir(), blob.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// What an article names beside it comes along, once; what it shows and is not there
// is a mistake, and then nothing is kept of any.
func TestFilesBesideAnArticle(t *testing.T) {
	l, blobs := articleLedger(t), articleBlobs(t)
	files := map[string]string{
		"sections.yaml": sections, "mail/a b.png": "picture", "mail/form.pdf": "pdf", "mail/other.md": "# Other\n\nx", "mail/unused.png": "never named",
		"mail/a.md": "# A\n\n![](<a%20b.png>) and ![again](a%20b.png), [the form](form.pdf), [other](other.md), [out](https://example.org/x.png)\n\n```\n![](code.png)\n```\n\n`![](code.png)`\n",
	}
	bring := func() (importer.ArticleReport, error) {
		return importer.Articles(context.Background(), l, blobs, folder(files), time.Now())
	}
	stored := func() (n int) {
		if err := blobs.Hashes(func(desk.BlobHash) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	r, err := bring()
	if err != nil || r.New != 2 || stored() != 2 {
		t.Fatalf("%+v %v, %d kept", r, err, stored())
	}
	if r, err := bring(); err != nil || r.Same != 2 {
		t.Errorf("again: %+v %v", r, err)
	}
	files["mail/form.pdf"] = "another pdf"
	if r, err := bring(); err != nil || r.Changed != 1 {
		t.Errorf("a file changed: %+v %v", r, err)
	}
	var names []string
	if err := l.View(context.Background(), func(tx *ledger.Tx) error {
		all, err := tx.Articles()
		for _, a := range all {
			for _, f := range a.Live.Files {
				names = append(names, fmt.Sprint(f.Name, " ", f.Size))
			}
		}
		return err
	}); err != nil || !slices.Equal(names, []string{"a b.png 7", "form.pdf 11"}) {
		t.Errorf("it has %q, %v", names, err)
	}
	has := stored()
	files["mail/b.md"] = "---\ntitle: B\n---\nx ![](unused.png)\n\n![](gone.png) ![](https://example.org/x.png) ![](../x.png)"
	_, err = bring()
	var bad importer.Mistakes
	if !errors.As(err, &bad) || len(bad) != 3 || bad[0].Line != 6 || !strings.Contains(bad[0].What, "gone.png") {
		t.Errorf("got %v", err)
	}
	files["mail/b.md"] = "---\ntitle: B\nsection: nowhere\n---\nx ![](unused.png)"
	if _, err = bring(); !errors.As(err, &bad) || stored() != has {
		t.Errorf("got %v, and %d files instead of %d", err, stored(), has)
	}
}

const sections = "- {id: mail, name: Mail, readers: public}\n- {id: ours, name: Ours, readers: staff}\n"

// A folder becomes articles in their sections; importing it again changes what
// differs and nothing else.
func TestArticlesOfAFolder(t *testing.T) {
	l, blobs := articleLedger(t), articleBlobs(t)
	files := map[string]string{
		"sections.yaml": sections,
		"mail/reset.md": "---\ntitle: Reset a password\ntags: [Login, DNS]\nlanguage: en\n---\n\nPress **reset**.\n",
		"mail/quota.md": "# How much room there is\r\n\r\nTen gigabytes.\r\n",
		"mail/deep.md":  "---\ntitle: For the bakery\nreaders: org\norganization: bakery\n---\nx\n",
		"later.md":      "---\ntitle: Not yet\nsection: ours\nstate: draft\n---\nx\n",
		"README.md":     "not an article", "logo.png": "x",
	}
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	bring := func() importer.ArticleReport {
		t.Helper()
		r, err := importer.Articles(context.Background(), l, blobs, folder(files), now)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := bring(); r != (importer.ArticleReport{Sections: 2, New: 4}) {
		t.Errorf("first %+v", r)
	}
	var got []string
	look := func() {
		got = nil
		if err := l.View(context.Background(), func(tx *ledger.Tx) error {
			all, err := tx.Articles()
			for _, a := range all {
				w := a.Live
				if a.Draft != nil {
					w = a.Draft.Writing
				}
				got = append(got, fmt.Sprintf("%s|%s|%s|%s|%s|%s|%s|%d", a.State(), w.Section, w.Title, w.Text, w.Readers, w.Org, strings.Join(w.Tags, ","), len(a.Was)))
			}
			slices.Sort(got)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	look()
	want := []string{
		"draft|ours|Not yet|x|staff|||0",
		"published|mail|For the bakery|x|org|bakery||0",
		"published|mail|How much room there is|Ten gigabytes.|public|||0",
		"published|mail|Reset a password|Press **reset**.|public||dns,login|0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if r := bring(); r != (importer.ArticleReport{Sections: 2, Same: 4}) {
		t.Errorf("again %+v", r)
	}
	files["mail/quota.md"] = "# How much room there is\n\nTwenty gigabytes.\n"
	if r := bring(); r != (importer.ArticleReport{Sections: 2, Changed: 1, Same: 3}) {
		t.Errorf("changed %+v", r)
	}
	look()
	if !slices.Contains(got, "published|mail|How much room there is|Twenty gigabytes.|public|||1") {
		t.Errorf("got %q", got)
	}
	// What was retired on the desk stays so until its file says something else.
	if err := l.Update(context.Background(), func(tx *ledger.Tx) error {
		all, err := tx.Articles()
		for _, a := range all {
			if a.Live.Title == "How much room there is" {
				a.Retired, a.Edit = now, a.Edit+1
				err = errors.Join(err, tx.KeepHelp(desk.System, desk.HelpChange{Article: &a}))
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if r := bring(); r != (importer.ArticleReport{Sections: 2, Same: 4}) {
		t.Errorf("retired %+v", r)
	}
	if look(); !slices.Contains(got, "retired|mail|How much room there is|Twenty gigabytes.|public|||1") {
		t.Errorf("retired it is %q", got)
	}
	files["mail/quota.md"] = "# How much room there is\n\nThirty gigabytes.\n"
	if r := bring(); r != (importer.ArticleReport{Sections: 2, Changed: 1, Same: 3}) {
		t.Errorf("back %+v", r)
	}
}

// Every mistake is named with its file and line, all of them at once, and with
// any of them nothing is imported.
func TestMistakesOfAFolder(t *testing.T) {
	l := articleLedger(t)
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"never closed":       {"---\ntitle: x\n\ntext", "a.md:1: the part between --- and --- is never closed"},
		"unknown field":      {"---\ntitle: x\nsection: mail\ntiltle: y\n---\nx", `a.md:4: there is no "tiltle"`},
		"no YAML":            {"---\ntitle: x: y\n---\nx", "a.md:2: this is not as it has to be"},
		"a list":             {"---\n- x\n---\nx", "a.md:2: names and values are expected"},
		"no title":           {"---\nsection: mail\n---\nx", "a.md:1: The article has no title."},
		"no text":            {"---\ntitle: x\nsection: mail\n---\n\n", "a.md:5: The article has no text."},
		"no section":         {"# x\n\ny", "a.md:1: The article is in no section."},
		"unknown section":    {"---\ntitle: x\nsection: nowhere\n---\nx", "a.md:3: There is no such section."},
		"for too many":       {"---\ntitle: x\nsection: ours\nreaders: public\n---\nx", "a.md:4: The article is for more people than its section"},
		"unknown readers":    {"---\ntitle: x\nsection: mail\n\nreaders: all\n---\nx", "a.md:5: It does not say whom it is for."},
		"unknown org":        {"---\ntitle: x\nsection: mail\nreaders: org\norganization: none\n---\nx", "a.md:5: There is no such organization."},
		"unknown language":   {"---\ntitle: x\nsection: mail\nlanguage: xx\n---\nx", "a.md:4: That is no language Docket knows."},
		"unknown state":      {"---\ntitle: x\nsection: mail\nstate: ready\n---\nx", `a.md:4: state is draft or published, not "ready"`},
		"a tag that is none": {"---\ntitle: x\nsection: mail\ntags: ['a!']\n---\nx", "a.md:4: \"a!\" cannot be a tag."},
		"no bytes of text":   {"---\ntitle: x\nsection: mail\n---\n\xff", "a.md:5: The text has bytes that are no characters."},
	} {
		_, err := importer.Articles(context.Background(), l, articleBlobs(t), folder(map[string]string{"sections.yaml": sections, "a.md": c.text, "good.md": "---\ntitle: x\nsection: mail\n---\nx"}), time.Now())
		var bad importer.Mistakes
		if !errors.As(err, &bad) || len(bad) != 1 || !strings.HasPrefix(bad[0].String(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := importer.Articles(context.Background(), l, articleBlobs(t), folder(map[string]string{
		"sections.yaml": "- {id: mail, name: Mail, readers: public}\n- {id: X, name: x}\n- {id: y, nmae: x}\n", "b.md": "# x\n", "a.md": "---\nx: 1\n---\n",
	}), time.Now())
	if got := fmt.Sprint(err); strings.Count(got, "\n") != 3 || !strings.Contains(got, "sections.yaml:2: ") || !strings.Contains(got, "sections.yaml:3: ") || !strings.HasPrefix(got, "a.md:2: ") {
		t.Errorf("together: %v", err)
	}
	if _, err := importer.Articles(context.Background(), l, articleBlobs(t), folder(map[string]string{"x.txt": "x"}), time.Now()); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("a folder without any: %v", err)
	}
	if err := l.View(context.Background(), func(tx *ledger.Tx) error {
		all, err := tx.Articles()
		if len(all) > 0 {
			t.Errorf("there are %d", len(all))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
