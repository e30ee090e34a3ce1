package importer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/storage/ledger"
)

// besideFile is a file beside an article that its text names.
type besideFile struct{ name, path string }

var (
	// named is a picture or a link of Markdown, code what only looks like one.
	named = regexp.MustCompile(`(!?)\[[^\]\n]*\]\(<?([^\s)>]+)>?\)`)
	code  = regexp.MustCompile("(?s)(?m:^ {0,3}```.*?^ {0,3}```)|(?m:^ {0,3}~~~.*?^ {0,3}~~~)|`[^`\n]*`")
)

// beside notes the files that an article's text names and that stand beside it. A
// picture that does not is a mistake, for nobody would see it; a link may lead
// elsewhere.
func (im *articleImport) beside(a *article, whole string) bool {
	ok := true
	begins := 1 + strings.Count(whole[:max(0, strings.Index(whole, a.writing.Text))], "\n")
	text := code.ReplaceAllStringFunc(a.writing.Text, func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) })
	for _, m := range named.FindAllStringSubmatchIndex(text, -1) {
		picture, name := m[3] > m[2], text[m[4]:m[5]]
		if said, err := url.PathUnescape(name); err == nil {
			name = said
		}
		line := begins + strings.Count(text[:m[0]], "\n")
		file := path.Join(path.Dir(a.file), name)
		info, err := fs.Stat(im.dir, file)
		here := path.Base(name) == name && err == nil && info.Mode().IsRegular() && !strings.EqualFold(path.Ext(name), ".md")
		switch {
		case here && info.Size() > desk.MaxAttachment:
			im.fault(a.file, line, "%s has %d bytes; a file can have %d", name, info.Size(), desk.MaxAttachment)
			ok = false
		case here && !slices.ContainsFunc(a.beside, func(x besideFile) bool { return x.name == name }):
			a.beside = append(a.beside, besideFile{name, file})
		case !here && picture:
			im.fault(a.file, line, "there is no picture %s beside this file; put it into the same folder and name it without one", name)
			ok = false
		}
	}
	return ok
}

// keepBeside keeps the files of an article and has its text come with them.
func (im *articleImport) keepBeside(a *article) error {
	a.writing.Files = nil
	for _, b := range a.beside {
		f, err := im.dir.Open(b.path)
		if err != nil {
			return fmt.Errorf("read %s: %w", b.path, err)
		}
		info, err := im.files.Put(f, desk.MaxAttachment)
		if err = errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("keep %s: %w", b.path, err)
		}
		im.kept = append(im.kept, info.Hash)
		if err := im.tx.PutBlob(ledger.Blob{Hash: info.Hash, Size: info.Size, Type: info.Type}, desk.System); err != nil {
			return err
		}
		a.writing.Files = append(a.writing.Files, desk.Attachment{Hash: info.Hash, Name: b.name, Size: info.Size, Type: info.Type})
	}
	return nil
}

// forgetBeside deletes what was kept for an import that did not come about, but
// what the desk has.
func (im *articleImport) forgetBeside(ctx context.Context, l *ledger.Ledger) error {
	for _, h := range im.kept {
		var has bool
		err := l.View(ctx, func(tx *ledger.Tx) (err error) {
			_, has, err = tx.Blob(h)
			return err
		})
		if err == nil && !has {
			err = im.files.Delete(h)
		}
		if err != nil && !errors.Is(err, desk.ErrNotFound) {
			return fmt.Errorf("delete file: %w", err)
		}
	}
	return nil
}
