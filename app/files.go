package app

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/app/prose"
	"docket/sync/engine"
)

// PickFiles asks for files with the system's dialog.
func (a *API) PickFiles() (Picked, error) {
	s, err := a.session()
	if err != nil {
		return Picked{}, err
	}
	paths, err := a.deps.Shell.OpenFiles(say("Attach files"))
	if err != nil {
		return Picked{}, err
	}
	return s.pick(paths), nil
}

// pick copies files into the encrypted store. Each that cannot be taken has a
// sentence of its own; the others are taken.
func (s *session) pick(paths []string) Picked {
	p := Picked{Files: []FileInfo{}, Faults: []Fault{}, Large: []LargeFile{}}
	most := s.largest()
	if len(paths) > flow.MaxFiles {
		p.Faults = append(p.Faults, faultOf((&desk.Error{
			Code: desk.CodeTooLarge, Field: "files", Message: "{n} files are too many; {most} fit one message.",
			Hint: "Put them into one archive, or send them with two messages.",
		}).With("n", len(paths), "most", flow.MaxFiles)))
		paths = paths[:flow.MaxFiles]
	}
	for _, path := range paths {
		att, err := s.stagePath(path, most)
		if info, bad := os.Stat(path); err != nil && desk.AsError(err).Code == desk.CodeTooLarge && bad == nil {
			p.Large = append(p.Large, s.noteLarge(path, info.Size()))
		}
		if err != nil {
			p.Faults = append(p.Faults, faultOf(desk.AsError(err)))
			continue
		}
		p.Files = append(p.Files, s.fileInfo(att))
	}
	return p
}

func (s *session) stagePath(path string, most int64) (desk.Attachment, error) {
	name := filepath.Base(path)
	info, err := os.Stat(path)
	if err != nil {
		return desk.Attachment{}, unreadable(name, err)
	}
	if !info.Mode().IsRegular() {
		return desk.Attachment{}, (&desk.Error{
			Code: desk.CodeInvalid, Field: "files", Message: "“{name}” is not a file.", Hint: "Put a folder into an archive first.",
		}).With("name", cleanName(name))
	}
	if info.Size() > most {
		return desk.Attachment{}, tooLarge(name, info.Size(), most)
	}
	f, err := os.Open(path)
	if err != nil {
		return desk.Attachment{}, unreadable(name, err)
	}
	att, err := s.stage(name, f, most)
	if now, bad := f.Stat(); err == nil && bad == nil && (now.Size() != att.Size || !now.ModTime().Equal(info.ModTime())) {
		err = (&desk.Error{
			Code: desk.CodeConflict, Field: "files", Message: "“{name}” changed while it was read, so it was not attached.",
			Hint: "Attach it again once nothing writes to it, or attach a copy of it.",
		}).With("name", cleanName(name))
	}
	return att, errors.Join(err, f.Close())
}

// stage copies bytes into the store and remembers them until they are sent.
func (s *session) stage(name string, r io.Reader, most int64) (desk.Attachment, error) {
	counted := &counter{r: r}
	info, err := s.files.Blobs.Put(io.LimitReader(counted, most+1), most)
	if counted.n > most {
		return desk.Attachment{}, tooLarge(name, counted.n, most)
	}
	if err != nil {
		return desk.Attachment{}, err
	}
	att := desk.Attachment{Hash: info.Hash, Name: cleanName(name), Size: info.Size, Type: info.Type}
	s.mu.Lock()
	s.staged[att.Hash] = att
	s.mu.Unlock()
	return att, nil
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func tooLarge(name string, size, most int64) *desk.Error {
	return (&desk.Error{
		Code: desk.CodeTooLarge, Field: "files",
		Message: "“{name}” has {size, number} bytes; at most {most, number} can be sent.",
		Hint:    "Send a part of it, or a smaller version. Your text is kept.",
	}).With("name", cleanName(name), "size", size, "most", most)
}

func unreadable(name string, err error) *desk.Error {
	return (&desk.Error{
		Code: desk.CodeInvalid, Field: "files", Err: err,
		Message: "“{name}” cannot be read.", Hint: "Is it still there, and may you read it?",
	}).With("name", cleanName(name))
}

// cleanName makes a file's name fit to be shown and to be saved under, on any
// system: one path element, nothing hidden, no reserved name (RELIABILITY T27).
func cleanName(name string) string {
	for range 4 { // what is cut off can leave an end that is to be cut off, too
		once := cleanOnce(name)
		if once == name {
			break
		}
		name = once
	}
	return name
}

func cleanOnce(name string) string {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`<>:"|?*`, r):
			return '-'
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs), r == utf8.RuneError:
			return -1
		}
		return r
	}, name)
	name = strings.TrimLeft(strings.TrimRight(strings.Join(strings.Fields(name), " "), ". "), ". ")
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for utf8.RuneCountInString(stem) > 100 || len(stem) > 180 {
		_, n := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-n]
	}
	if len(ext) > 20 {
		ext = ""
	}
	base, _, _ := strings.Cut(strings.ToUpper(stem), ".")
	switch {
	case stem == "" && ext == "":
		return "file"
	case reserved[strings.TrimSpace(base)]:
		return "file " + stem + ext
	}
	return stem + ext
}

var reserved = map[string]bool{
	"CON": true, "PRN": true, "AUX": true, "NUL": true, "CLOCK$": true,
	"COM1": true, "COM2": true, "COM3": true, "COM4": true, "COM5": true, "COM6": true, "COM7": true, "COM8": true, "COM9": true,
	"LPT1": true, "LPT2": true, "LPT3": true, "LPT4": true, "LPT5": true, "LPT6": true, "LPT7": true, "LPT8": true, "LPT9": true,
}

// AddFile takes bytes the page holds.
func (a *API) AddFile(name, data string) (FileInfo, error) {
	s, err := a.session()
	if err != nil {
		return FileInfo{}, err
	}
	if len(name) > 1000 {
		return FileInfo{}, wrong("files", "The file’s name is too long.")
	}
	if n := int64(base64.StdEncoding.DecodedLen(len(data))); n > desk.MaxAttachment+3 {
		return FileInfo{}, tooLarge(name, n, desk.MaxAttachment)
	}
	b, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return FileInfo{}, wrong("files", "The file did not arrive whole.")
	}
	att, err := s.stage(name, bytes.NewReader(b), desk.MaxAttachment)
	if err != nil {
		return FileInfo{}, err
	}
	return s.fileInfo(att), nil
}

// PasteImage takes the picture on the system's clipboard.
func (a *API) PasteImage() (*FileInfo, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	b, err := a.deps.Shell.ClipboardImage()
	if err != nil || len(b) == 0 {
		return nil, err
	}
	att, err := s.stage("Screenshot "+a.now().Format("2006-01-02 15.04.05")+".png", bytes.NewReader(b), desk.MaxAttachment)
	if err != nil {
		return nil, err
	}
	info := s.fileInfo(att)
	return &info, nil
}

// attachments turns hashes into the files they name: those of the draft and
// those staged since the start.
func (s *session) attachments(hashes []string, key string) ([]desk.Attachment, error) {
	if len(hashes) > flow.MaxFiles {
		return nil, wrong("files", "At most {n} files fit one message.").With("n", flow.MaxFiles)
	}
	known := map[desk.BlobHash]desk.Attachment{}
	if d, ok := s.out.Draft(key); ok {
		for _, f := range d.Files {
			known[f.Hash] = f
		}
	}
	s.mu.RLock()
	for h, f := range s.staged {
		known[h] = f
	}
	s.mu.RUnlock()
	var out []desk.Attachment
	for _, x := range hashes {
		h, err := blobHash(x)
		if err != nil {
			return nil, err
		}
		f, ok := known[h]
		if !ok {
			return nil, &desk.Error{
				Code: desk.CodeNotFound, Field: "files", Message: "A file of this message is not on this computer any more.",
				Hint: "Attach it again, or remove it. Your text is kept.",
			}
		}
		out = append(out, f)
	}
	return out, nil
}

func (s *session) fileInfos(files []desk.Attachment) []FileInfo {
	out := []FileInfo{}
	for _, f := range files {
		out = append(out, s.fileInfo(f))
	}
	return out
}

func (s *session) fileInfo(f desk.Attachment) FileInfo {
	info := FileInfo{Hash: string(f.Hash), Name: cleanName(f.Name), Size: f.Size, Type: f.Type, State: "there"}
	if _, err := s.files.Blobs.Stat(f.Hash); err == nil {
		info.State = "here"
		if pictures[f.Type] {
			info.Preview = s.api.previewPath(f.Hash)
		}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if p, ok := s.progress[f.Hash]; ok && p.Err == nil && p.Done < p.Total {
		info.State, info.Progress = "down", float64(p.Done)/float64(p.Total)
		if p.Up {
			info.State = "up"
		}
	}
	if _, mine := s.staged[f.Hash]; mine && info.State == "there" {
		info.State = "missing"
	}
	return info
}

func (s *session) progressOf(h desk.BlobHash) (engine.Progress, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, ok := s.progress[h]
	return p, ok
}

// progressed hears of a file from the engine; every hundredth is told.
func (s *session) progressed(p engine.Progress) {
	s.mu.Lock()
	old, had := s.progress[p.Hash]
	ended := p.Err != nil || p.Done >= p.Total
	s.progress[p.Hash] = p
	if ended {
		delete(s.progress, p.Hash)
	}
	s.mu.Unlock()
	if had && !ended && p.Total > 0 && p.Done*100/p.Total == old.Done*100/p.Total {
		return
	}
	ev := FileEvent{Hash: string(p.Hash), State: "down", Progress: 1}
	if p.Total > 0 {
		ev.Progress = float64(p.Done) / float64(p.Total)
	}
	switch {
	case ended && p.Err == nil:
		ev.State, ev.Progress = "here", 1
	case p.Up:
		ev.State = "up"
	case p.Err != nil:
		ev.State, ev.Progress = "there", 0
	}
	s.api.emit(EvFile, ev)
}

// attachment finds a file of a ticket by its hash.
func (s *session) attachment(id desk.TicketID, h desk.BlobHash) (desk.Attachment, error) {
	entries, err := s.cache.EntriesAfter(id, 0)
	if err != nil && !errors.Is(err, desk.ErrNotFound) {
		return desk.Attachment{}, err
	}
	t, _, _ := s.cache.Ticket(id)
	var gone *desk.Error
	for _, e := range entries {
		for _, f := range e.Files {
			switch {
			case f.Hash != h:
			case dropped(&t, e):
				gone = goneFile(f.Name, t.FilesGone)
			default:
				return f, nil
			}
		}
	}
	if gone != nil {
		return desk.Attachment{}, gone
	}
	if l, err := s.lay(id); err == nil {
		for _, p := range l.entries {
			for _, f := range p.entry.Files {
				if f.Hash == h {
					return f, nil
				}
			}
		}
	}
	return desk.Attachment{}, &desk.Error{Code: desk.CodeNotFound, Message: "This file is not part of the ticket.", Hint: "Open the ticket again."}
}

// ofArticles stands before an article's id where a file's ticket is asked for.
const ofArticles = "article/"

// fetch brings a file of a ticket or an article here, if it is not.
func (a *API) fetch(ticket, hash string) (*session, desk.Attachment, error) {
	s, err := a.session()
	if err != nil {
		return nil, desk.Attachment{}, err
	}
	h, err := blobHash(hash)
	if err != nil {
		return nil, desk.Attachment{}, err
	}
	var id desk.TicketID
	var f desk.Attachment
	article, ofArticle := strings.CutPrefix(ticket, ofArticles)
	if ofArticle {
		f, err = s.articleFile(desk.ArticleID(article), h)
	} else if id, err = ticketID(ticket); err == nil {
		f, err = s.attachment(id, h)
	}
	if err != nil {
		return nil, desk.Attachment{}, err
	}
	if s.hasFile(h) {
		return s, f, nil
	}
	eng := s.engine()
	if eng == nil {
		return nil, f, (&desk.Error{Code: desk.CodeOffline, Message: "“{name}” is not on this computer yet.", Hint: "It can be fetched once Docket is live again."}).With("name", cleanName(f.Name))
	}
	ctx, cancel := context.WithCancel(a.ctx)
	defer cancel()
	if ofArticle {
		return s, f, eng.DownloadOf(ctx, desk.ArticleID(article), f)
	}
	return s, f, eng.Download(ctx, id, f)
}

// hasFile reports whether a file's bytes are on this computer.
func (s *session) hasFile(h desk.BlobHash) bool {
	_, err := s.files.Blobs.Stat(h)
	return err == nil
}

// FetchFile brings a file to this computer.
func (a *API) FetchFile(ticket, hash string) (FileInfo, error) {
	s, f, err := a.fetch(ticket, hash)
	if err != nil {
		return FileInfo{}, err
	}
	return s.fileInfo(f), nil
}

// SaveFile saves a file where the person says. It is never opened from here.
func (a *API) SaveFile(ticket, hash string) error {
	s, f, err := a.fetch(ticket, hash)
	if err != nil {
		return err
	}
	dest, err := a.deps.Shell.SaveFile(say("Save file"), cleanName(f.Name))
	if err != nil || dest == "" {
		return err
	}
	return s.saveTo(dest, f)
}

func (s *session) saveTo(dest string, f desk.Attachment) (err error) {
	r, err := s.files.Open(f.Hash)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	w, err := os.CreateTemp(filepath.Dir(dest), ".docket-*")
	if err != nil {
		return cannotSave(err)
	}
	_, err = io.Copy(w, r)
	if err = errors.Join(err, w.Sync(), w.Close()); err == nil {
		mark(w.Name())
		err = os.Rename(w.Name(), dest)
	}
	if err != nil {
		return cannotSave(errors.Join(err, os.Remove(w.Name())))
	}
	markAfter(dest)
	return nil
}

func cannotSave(err error) *desk.Error {
	return &desk.Error{
		Code: desk.CodeDiskFull, Err: err, Message: "The file could not be saved there.",
		Hint: "Choose another folder, or free some room.",
	}
}

// forgetFiles removes the bytes of files whose ticket is gone from here, unless
// something not sent yet needs them.
func (s *session) forgetFiles(hashes []desk.BlobHash) {
	s.mu.RLock()
	needed := map[desk.BlobHash]bool{}
	for h := range s.staged {
		needed[h] = true
	}
	s.mu.RUnlock()
	ofHelp := s.ofHelp()
	for _, h := range hashes {
		if needed[h] || ofHelp[h] || s.archives.holds(h) {
			continue
		}
		s.api.emptied(s.lent.Drop(string(h)))
		if err := s.files.Blobs.Delete(h); err != nil && !errors.Is(err, desk.ErrNotFound) {
			s.api.deps.Log.Warn("delete file", "err", err)
		}
	}
}

// OpenLink opens a web or mail address outside the window.
func (a *API) OpenLink(url string) error {
	if !prose.SafeLink(url) {
		return &desk.Error{
			Code: desk.CodeInvalid, Field: "url", Message: "Only web and mail addresses are opened from here.", Hint: "Copy the address if you trust it.",
		}
	}
	return a.deps.Shell.OpenURL(url)
}

// filesOf are the files a command carries.
func filesOf(c desk.Command) []desk.Attachment {
	switch a := c.Args.(type) {
	case desk.Open:
		return a.Files
	case desk.Reply:
		return a.Files
	case desk.AddNote:
		return a.Files
	case desk.Say:
		return a.Files
	case desk.WriteArticle:
		return a.Writing.Files
	}
	return nil
}
