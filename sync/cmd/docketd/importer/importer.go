// Package importer brings conversations from elsewhere into a desk: one JSON
// object per line becomes one ticket with its authors and times. A conversation
// is written in one transaction together with its key, so that an import can
// be broken off anywhere and run again; what is there already is skipped.
package importer

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/storage/blob"
	"docket/storage/ledger"
)

// maxLine bounds one conversation.
const maxLine = 64 << 20

// perCommit is how many conversations share a transaction.
const perCommit = 50

// recent is how old a conversation must be for its readers to have read it.
const recent = 24 * time.Hour

// ImportedPrefix begins the id of a person an import made. The declaration
// leaves them alone.
const ImportedPrefix = "in-"

// Options say what a line that does not say it itself gets.
type Options struct {
	Department   string
	Organization string
	// CloseAfter closes conversations that ended longer ago than that and say
	// nothing of their status. 30 days if zero.
	CloseAfter time.Duration
	// Progress hears how many bytes of the file were read and what came of it.
	Progress func(read int64, r Report)
	// Bad hears of every line that was skipped, and why.
	Bad func(line int, reason string)
}

// Report is what an import did.
type Report struct {
	Lines, Added, Known, Bad int
	Entries, People          int
}

// importer is one run.
type importer struct {
	l     *ledger.Ledger
	files *blob.Store
	now   time.Time
	opt   Options
	place desk.Place
	mail  map[string]desk.PersonID
	fresh []desk.Person // people made since the last commit
	blobs []ledger.Blob // files kept since the last commit
	out   Report
}

// Run imports in, which may be gzipped.
func Run(ctx context.Context, l *ledger.Ledger, files *blob.Store, in io.Reader, now time.Time, opt Options) (Report, error) {
	if opt.CloseAfter == 0 {
		opt.CloseAfter = 30 * 24 * time.Hour
	}
	im := &importer{l: l, files: files, now: now.UTC(), opt: opt}
	if err := im.begin(ctx); err != nil {
		return im.out, err
	}
	counted := &counter{r: in}
	lines, err := unpacked(counted)
	if err != nil {
		return im.out, err
	}
	var todo []work
	for n := 1; ; n++ {
		line, err := readLine(lines)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			// What came before is kept; the rest can be imported from a whole file.
			if flushErr := im.flush(ctx, todo); flushErr != nil {
				return im.out, flushErr
			}
			return im.out, fmt.Errorf("read line %d: %w", n, cutShort(err))
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		im.out.Lines++
		if w, ok := im.read(n, line); ok {
			todo = append(todo, w)
		}
		if len(todo) == perCommit {
			if err := im.flush(ctx, todo); err != nil {
				return im.out, err
			}
			todo = todo[:0]
		}
		if opt.Progress != nil {
			opt.Progress(counted.n, im.out)
		}
	}
	return im.out, im.flush(ctx, todo)
}

// begin learns who and what is there, and refuses defaults that are not.
func (im *importer) begin(ctx context.Context) error {
	err := im.l.View(ctx, func(tx *ledger.Tx) (err error) {
		im.place, err = tx.Place()
		return err
	})
	if err != nil {
		return fmt.Errorf("read desk: %w", err)
	}
	if len(im.place.Departments) == 0 {
		return &desk.Error{Code: desk.CodeInvalid, Message: "This desk has no departments yet.", Hint: "Declare them first: docketd apply desk.yaml."}
	}
	if d := im.opt.Department; d != "" && im.place.Departments[desk.DeptID(d)].ID == "" {
		return &desk.Error{Code: desk.CodeInvalid, Message: fmt.Sprintf("There is no department %q.", d), Hint: "Choose one that is declared in desk.yaml."}
	}
	if o := im.opt.Organization; o != "" && im.place.Orgs[desk.OrgID(o)].ID == "" {
		return &desk.Error{Code: desk.CodeInvalid, Message: fmt.Sprintf("There is no organization %q.", o), Hint: "Choose one that is declared in desk.yaml."}
	}
	if im.opt.Department == "" {
		for id, d := range im.place.Departments {
			if d.Triage || im.opt.Department == "" {
				im.opt.Department = string(id)
			}
			if d.Triage {
				break
			}
		}
	}
	im.mail = map[string]desk.PersonID{}
	people := make(map[desk.PersonID]desk.Person, len(im.place.People))
	for id, p := range im.place.People {
		people[id] = p
		for _, m := range append([]string{p.Email}, p.Emails...) {
			if m != "" {
				im.mail[strings.ToLower(m)] = id
			}
		}
	}
	im.place.People = people // the store's own map is shared
	return nil
}

// work is a conversation that can be read.
type work struct {
	line int
	key  string
	c    Conversation
}

func (im *importer) read(n int, line []byte) (work, bool) {
	c, err := Parse(line)
	if err != nil {
		im.bad(n, err)
		return work{}, false
	}
	return work{n, c.identity(line), c}, true
}

func (im *importer) bad(line int, err error) {
	im.out.Bad++
	reason := err.Error()
	var e *desk.Error
	if errors.As(err, &e) {
		reason = strings.Replace(reason, e.Error(), e.Message, 1)
	}
	if im.opt.Bad != nil {
		im.opt.Bad(line, reason)
	}
}

// done is a conversation ready to be written.
type done struct {
	work
	ch    desk.Change
	reads []desk.PersonID
	marks map[desk.PersonID]uint64
}

// flush writes conversations and the people and files they need in one
// transaction. The function given to Update may run again, so everything is
// decided before.
func (im *importer) flush(ctx context.Context, todo []work) error {
	ready, err := im.decide(ctx, todo)
	if err != nil {
		return err
	}
	err = im.l.Update(ctx, func(tx *ledger.Tx) error {
		for _, p := range im.fresh {
			if _, err := tx.PutPerson(p); err != nil {
				return fmt.Errorf("put person %s: %w", p.ID, err)
			}
		}
		for _, b := range im.blobs {
			if err := tx.PutBlob(b, desk.System); err != nil {
				return fmt.Errorf("put file: %w", err)
			}
		}
		closed := map[desk.DeptID]bool{}
		for _, d := range ready {
			if err := d.write(tx); err != nil {
				return fmt.Errorf("line %d: %w", d.line, err)
			}
			if t := d.ch.Ticket; t.Status == desk.Closed && !closed[t.Department] {
				closed[t.Department] = true
				if err := tx.Rekeep(t.Department); err != nil { // until when they are kept is for the clerk to say
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, d := range ready {
		im.out.Added++
		im.out.Entries += len(d.ch.Entries)
	}
	im.out.People += len(im.fresh)
	im.fresh, im.blobs = nil, nil
	return nil
}

func (d *done) write(tx *ledger.Tx) error {
	if _, _, err := tx.Apply(d.ch, d.ch.Ticket.Requester); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	for _, p := range d.reads {
		ch := desk.Change{Ticket: d.ch.Ticket, ReadUpTo: d.marks[p], HeadSame: true}
		if _, _, err := tx.Apply(ch, p); err != nil {
			return fmt.Errorf("mark read: %w", err)
		}
	}
	return tx.NoteImported(d.key, d.ch.Ticket.ID)
}

// decide leaves out what is there already and what the rules refuse.
func (im *importer) decide(ctx context.Context, todo []work) ([]done, error) {
	known := map[string]bool{}
	err := im.l.View(ctx, func(tx *ledger.Tx) error {
		for _, w := range todo {
			_, found, err := tx.Imported(w.key)
			if err != nil {
				return err
			}
			known[w.key] = found
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for what is there: %w", err)
	}
	var ready []done
	for _, w := range todo {
		if known[w.key] {
			im.out.Known++
			continue
		}
		known[w.key] = true // twice in one file is once
		people, blobs := len(im.fresh), len(im.blobs)
		r := &replay{im: im, c: &w.c, key: w.key, place: im.place, now: im.now}
		ch, err := r.run()
		if err != nil {
			im.forget(people, blobs)
			im.bad(w.line, err)
			continue
		}
		d := done{work: w, ch: ch}
		d.reads, d.marks = im.readers(r)
		ready = append(ready, d)
	}
	return ready, nil
}

// forget takes back people that only a refused conversation needed.
func (im *importer) forget(people, blobs int) {
	for _, p := range im.fresh[people:] {
		delete(im.place.People, p.ID)
		delete(im.mail, strings.ToLower(p.Email))
	}
	im.fresh, im.blobs = im.fresh[:people], im.blobs[:blobs]
}

// readers are the people who have read all of it: who wrote in it, and if it
// is older than a day, everybody declared who may see it. History is no news.
func (im *importer) readers(r *replay) ([]desk.PersonID, map[desk.PersonID]uint64) {
	unread := map[string]bool{}
	for _, id := range r.c.Unread {
		unread[id] = true
	}
	var out []desk.PersonID
	marks := map[desk.PersonID]uint64{}
	for id, p := range im.place.People {
		if unread[string(id)] || p.Disabled || strings.HasPrefix(string(id), ImportedPrefix) {
			continue
		}
		last := r.entries[len(r.entries)-1].Author == id
		if !last && im.now.Sub(r.at) < recent || !access.CanSee(actorOf(p), r.t) {
			continue
		}
		marks[id] = r.t.PublicSeq
		if p.Role.Staff() {
			marks[id] = r.t.LastSeq
		}
		out = append(out, id)
	}
	return out, marks
}

// person finds an author or makes one: a customer without a password.
func (im *importer) person(a Author, place desk.Place) (desk.Person, error) {
	if a.ID != "" {
		if p, ok := place.People[desk.PersonID(a.ID)]; ok {
			return p, nil
		}
		return desk.Person{}, fmt.Errorf("there is no person %q on this desk", a.ID)
	}
	address := strings.ToLower(strings.TrimSpace(a.Email))
	if id, ok := im.mail[address]; ok && address != "" {
		return im.place.People[id], nil
	}
	name, err := cleanName(a)
	if err != nil {
		return desk.Person{}, err
	}
	sum := sha256.Sum256([]byte(address + "\x00" + map[bool]string{true: name}[address == ""]))
	id := desk.PersonID(ImportedPrefix + slug(name) + hex.EncodeToString(sum[:4]))
	if p, ok := im.place.People[id]; ok {
		return p, nil
	}
	p := desk.Person{ID: id, Name: name, Email: address, Role: desk.Customer}
	if o := im.opt.Organization; o != "" {
		p.Memberships = []desk.Membership{{Org: desk.OrgID(o), Access: desk.OrgNone}}
	}
	im.place.People[id] = p
	if address != "" {
		im.mail[address] = id
	}
	im.fresh = append(im.fresh, p)
	return p, nil
}

func cleanName(a Author) (string, error) {
	name := strings.Join(strings.Fields(strings.ToValidUTF8(a.Name, "")), " ")
	if name == "" {
		name, _, _ = strings.Cut(strings.TrimSpace(a.Email), "@")
	}
	if name == "" {
		return "", errors.New("an author has neither a name nor an address")
	}
	if r := []rune(name); len(r) > 100 {
		name = string(r[:100])
	}
	return name, nil
}

// slug is the readable part of a made-up id.
func slug(name string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 40 {
			break
		}
	}
	s := strings.Trim(b.String(), "-")
	if s == "" {
		return ""
	}
	return s + "-"
}

// file keeps an attachment's bytes.
func (im *importer) file(name string, r io.Reader) (desk.Attachment, error) {
	info, err := im.files.Put(r, desk.MaxAttachment)
	if err != nil {
		return desk.Attachment{}, fmt.Errorf("keep: %w", err)
	}
	im.blobs = append(im.blobs, ledger.Blob{Hash: info.Hash, Size: info.Size, Type: info.Type})
	return desk.Attachment{Hash: info.Hash, Name: name, Size: info.Size, Type: info.Type}, nil
}

// counter counts the bytes of the file as they are read.
type counter struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// unpacked gives the lines of in, unpacking it if it is gzipped.
func unpacked(in io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReaderSize(in, 1<<16)
	if head, err := b.Peek(2); err != nil || head[0] != 0x1f || head[1] != 0x8b {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, cutShort(err)
	}
	return bufio.NewReaderSize(z, 1<<16), nil
}

func cutShort(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) {
		return &desk.Error{
			Code: desk.CodeDamaged, Message: "The file is cut short or damaged here.",
			Hint: "Everything before this line is imported. Get the whole file and run the import again; it goes on where it stopped.", Err: err,
		}
	}
	return err
}

// readLine reads one line of any length up to maxLine.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, &desk.Error{
				Code: desk.CodeTooLarge, Message: fmt.Sprintf("The line is longer than %d MiB.", maxLine>>20), Hint: "Split the conversation.",
			}
		case errors.Is(err, bufio.ErrBufferFull):
		case err == nil:
			return line, nil
		case errors.Is(err, io.EOF) && len(line) > 0:
			return line, nil
		default:
			return nil, err
		}
	}
}
