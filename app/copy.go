package app

import (
	"archive/zip"
	_ "embed" // the form of a copy
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"os"
	"path/filepath"

	"docket/app/desk"
	"docket/app/language"
)

// SavedCopy says what became of a copy: where, "" when the person thought
// better, and the names of files that could not be fetched.
type SavedCopy struct {
	Name    string   `json:"name"`
	Missing []string `json:"missing"`
}

// copyIndex is the page that leads to many copies.
type copyIndex struct {
	copySpeech
	Name, Saved string
	Lines       []copyFile
}

//go:embed copy_index.html
var indexHTML string

var indexForm = template.Must(template.New("index").Parse(indexHTML))

//go:embed copy.html
var copyHTML string

var copyForm = template.Must(template.New("copy").Parse(copyHTML))

// SaveCopy saves a ticket as its reader may read it, with its files, as a ZIP
// file that any computer can open: a page to read, the same as data, the files.
func (a *API) SaveCopy(ticket string) (SavedCopy, error) {
	s, err := a.session()
	if err != nil {
		return SavedCopy{}, err
	}
	id, err := ticketID(ticket)
	if err != nil {
		return SavedCopy{}, err
	}
	t, _, err := s.cache.Ticket(id)
	if err != nil {
		return SavedCopy{}, err
	}
	entries, err := s.cache.EntriesAfter(id, 0)
	if err != nil {
		return SavedCopy{}, err
	}
	word, name := "request", say("request|name of a file")
	if s.rower().me.Role.Staff() {
		word, name = "ticket", say("ticket|name of a file")
	}
	dest, err := a.deps.Shell.SaveFile(say("Save a copy"), name+" "+t.Number.String()+".zip")
	if err != nil || dest == "" {
		return SavedCopy{Missing: []string{}}, err
	}
	c := s.copyOf(&t, entries, word)
	out := SavedCopy{Name: filepath.Base(dest), Missing: c.missing}
	return out, saveZip(dest, func(z *zip.Writer) error { return c.write(z, "") })
}

// copied is a ticket on its way into a file.
type copied struct {
	s       *session
	page    copyPage
	data    copyData
	files   []copiedFile
	missing []string
}

type copiedFile struct {
	file desk.Attachment
	name string // in the archive
}

// copyPage is what the page shows, copyData the same for programs. What the
// program says there is said as in the window of whoever saves it; what was
// written stays as it was written, also by the desk itself.
type copyPage struct {
	copySpeech
	Word, Number, Subject, Head string
	Lines                       []copyLine
}

// copySpeech is the language of a page.
type copySpeech struct{ Language, Direction string }

func speech() copySpeech {
	s := copySpeech{Language: language.Spoken(), Direction: "ltr"}
	if language.Leftward() {
		s.Direction = "rtl"
	}
	return s
}

type copyLine struct {
	Who, At, Line, Text string
	Files               []copyFile
}

type copyFile struct{ Name, Path, Note string }

type copyData struct {
	Ticket  *desk.Ticket `json:"ticket"`
	Entries []desk.Entry `json:"entries"`
}

func (s *session) copyOf(t *desk.Ticket, entries []desk.Entry, word string) *copied {
	r := s.rower()
	head := []any{"number", "#" + t.Number.String(), "who", r.name(t, t.Requester), "department", r.deptName(t.Department), "at", s.api.now().Local()}
	c := &copied{s: s, data: copyData{t, entries}, missing: []string{}, page: copyPage{
		copySpeech: speech(), Word: word, Number: t.Number.String(), Subject: t.Subject,
		Head: say("Ticket {number}, {who}, {department}. Saved on {at, date, full}.", head...),
	}}
	if word == "request" {
		c.page.Head = say("Request {number}, {who}, {department}. Saved on {at, date, full}.", head...)
	}
	for _, e := range entries {
		if told(e) {
			continue
		}
		v := s.entryView(r, t, e)
		l := copyLine{Who: v.Author.Name, At: say("{at, date, full}", "at", e.At.Local()), Line: v.Line}
		if wrote(e.Kind) {
			l.Text = e.Text
		}
		if v.Internal {
			l.At = say("{at, date, full}, internal note", "at", e.At.Local())
		}
		for _, f := range e.Files {
			l.Files = append(l.Files, c.take(t, e, f))
		}
		c.page.Lines = append(c.page.Lines, l)
	}
	return c
}

// take has a file at hand, or says why it is not in the copy.
func (c *copied) take(t *desk.Ticket, e desk.Entry, f desk.Attachment) copyFile {
	name := cleanName(f.Name)
	if dropped(t, e) {
		return copyFile{Name: name, Note: say("deleted after its time")}
	}
	if _, err := c.s.files.Blobs.Stat(f.Hash); err != nil {
		if _, _, err := c.s.api.fetch(string(t.ID), string(f.Hash)); err != nil {
			c.missing = append(c.missing, name)
			return copyFile{Name: name, Note: say("not in this copy: it could not be fetched")}
		}
	}
	path := fmt.Sprintf("files/%02d %s", len(c.files)+1, name)
	c.files = append(c.files, copiedFile{f, path})
	return copyFile{Name: name, Path: path}
}

// saveZip writes an archive beside where it goes and then gives it its name, so
// that there is never half of one.
func saveZip(dest string, fill func(*zip.Writer) error) error {
	w, err := os.CreateTemp(filepath.Dir(dest), ".docket-*")
	if err != nil {
		return cannotSave(err)
	}
	z := zip.NewWriter(w)
	err = errors.Join(fill(z), z.Close())
	if err = errors.Join(err, w.Sync(), w.Close()); err == nil {
		err = os.Rename(w.Name(), dest)
	}
	if err != nil {
		return cannotSave(errors.Join(err, os.Remove(w.Name())))
	}
	markAfter(dest)
	return nil
}

// write puts the ticket into a folder of an archive; "" for none.
func (c *copied) write(z *zip.Writer, folder string) error {
	page, err := z.Create(folder + c.page.Word + ".html")
	if err == nil {
		err = copyForm.Execute(page, c.page)
	}
	if err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	data, err := z.Create(folder + c.page.Word + ".json")
	if err == nil {
		enc := json.NewEncoder(data)
		enc.SetIndent("", "  ")
		err = enc.Encode(c.data)
	}
	if err != nil {
		return fmt.Errorf("write data: %w", err)
	}
	for _, f := range c.files {
		if err := c.add(z, folder, f); err != nil {
			return fmt.Errorf("write file: %w", err)
		}
	}
	return nil
}

func (c *copied) add(z *zip.Writer, folder string, f copiedFile) error {
	r, err := c.s.files.Open(f.file.Hash)
	if err != nil {
		return err
	}
	w, err := z.Create(folder + f.name)
	if err == nil {
		_, err = io.Copy(w, r)
	}
	return errors.Join(err, r.Close())
}
