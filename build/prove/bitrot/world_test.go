package bitrot_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/build/prove/town"
	"docket/storage/outbox"
	"docket/sync/cmd/docketd/run"
)

// world is a server and a client as they are before a bit flips, each as a
// process that was closed and as one that was killed leaves it.
type world struct {
	*town.Town
	log    *slog.Logger // of the next server
	r      *rand.Rand
	victim *town.Client
	// fresh are sign-ins of computers that have nothing yet.
	fresh map[desk.PersonID]*town.Client

	client, server [2]copied // closed, killed
	tickets        []desk.TicketID
	files          map[desk.BlobHash]carried
	queued         map[desk.CommandID]string // what the victim wrote offline
	drafts         map[string]string
}

// carried is a file and the ticket it came with.
type carried struct {
	ticket desk.TicketID
	desk.Attachment
	data []byte
}

var words = strings.Fields(`invoice router backup domain certificate printer mailbox login quota firewall upgrade
	contract Kühlraum Straße payment label Bäckerei window keyboard cable monitor phone parcel garden river`)

func (w *world) say(n int) string {
	var out []string
	for range n {
		out = append(out, town.Pick(w.r, words))
	}
	return strings.Join(out, " ")
}

func (w *world) command(id desk.TicketID, args desk.Args) desk.Command {
	return desk.Command{ID: desk.CommandID(town.UUID(w.r, w.Now())), Ticket: id, Basis: 1000, Composed: w.Now(), Args: args}
}

// newWorld fills a desk: customers ask, an engineer answers, files go to and
// fro; then the engineer goes on writing without the network.
func newWorld(t *testing.T, seed uint64) *world {
	w := &world{
		r: rand.New(rand.NewPCG(seed, 1)), fresh: map[desk.PersonID]*town.Client{},
		files: map[desk.BlobHash]carried{}, queued: map[desk.CommandID]string{}, drafts: map[string]string{},
	}
	w.Town = town.New(t, town.Options{Memory: true, Change: func(cfg *run.Config) { cfg.Log = w.log }})
	elif, jonas := w.Town.Client("elif", w.r), w.Town.Client("jonas", w.r)
	jonas.Reserve = 1 << 20
	w.victim = jonas
	open := func(c *town.Client, paused bool) {
		t.Helper()
		if err := c.Open(paused); err != nil {
			t.Fatal(err)
		}
	}
	shut := func(c *town.Client) {
		t.Helper()
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	open(elif, false)
	open(jonas, false)
	for round := range 3 {
		w.ask(t, elif, 12)
		w.both(t, elif, jonas)
		w.answer(t, jonas)
		w.both(t, elif, jonas)
		if round < 2 { // what was here before lies in tables, the last round in the log
			shut(jonas)
			open(jonas, false)
		}
	}
	for h, f := range w.files {
		if err := jonas.Engine.Download(context.Background(), f.ticket, f.Attachment); err != nil {
			t.Fatalf("%s: %v", h, err)
		}
	}
	shut(elif)
	jonas.Engine.SetPaused(true)
	w.write(t, jonas)
	for _, p := range []desk.PersonID{"elif", "lars", "jonas", "ada"} {
		w.fresh[p] = w.Town.Client(p, w.r)
	}
	w.copy(t, 1)
	shut(jonas)
	w.Close()
	w.copy(t, 0)
	return w
}

func (w *world) copy(t *testing.T, which int) {
	t.Helper()
	var err1, err2 error
	w.client[which], err1 = take(w.victim.Dir)
	w.server[which], err2 = take(w.Data())
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
}

func (w *world) both(t *testing.T, cs ...*town.Client) {
	t.Helper()
	if !w.Quiet(nil, cs) {
		t.FailNow()
	}
}

// attach puts a file into a client's store.
func (w *world) attach(t *testing.T, c *town.Client, id desk.TicketID, size int) []desk.Attachment {
	t.Helper()
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(w.r.Uint32())
	}
	info, err := c.Files.Blobs.Put(bytes.NewReader(data), desk.MaxAttachment)
	if err != nil {
		t.Fatal(err)
	}
	f := desk.Attachment{Hash: info.Hash, Name: w.say(1) + ".bin", Size: info.Size, Type: info.Type}
	w.files[info.Hash] = carried{id, f, data}
	return []desk.Attachment{f}
}

func (w *world) do(t *testing.T, c *town.Client, cmd desk.Command) {
	t.Helper()
	if err := c.Do(cmd); err != nil {
		t.Fatal(err)
	}
}

func (w *world) ask(t *testing.T, c *town.Client, n int) {
	for i := range n {
		w.Pass(1000_000_000)
		id := desk.TicketID(town.UUID(w.r, w.Now()))
		w.tickets = append(w.tickets, id)
		o := desk.Open{Subject: w.say(3), Text: w.say(5 + w.r.IntN(60)), Department: "hosting"}
		switch i {
		case 0:
			o.Files = w.attach(t, c, id, 150_000)
		case 1:
			o.Files = w.attach(t, c, id, 900)
		case 2:
			o.Text = w.say(3000)
		}
		w.do(t, c, w.command(id, o))
	}
}

func (w *world) answer(t *testing.T, c *town.Client) {
	for _, id := range w.tickets {
		switch w.r.IntN(4) {
		case 0:
			w.do(t, c, w.command(id, desk.Reply{Text: w.say(20)}))
		case 1:
			w.do(t, c, w.command(id, desk.AddNote{Text: w.say(15)}))
			w.do(t, c, w.command(id, desk.MarkRead{Seq: 2}))
		case 2:
			w.do(t, c, w.command(id, desk.SetPriority{From: desk.PriorityNormal, To: desk.PriorityHigh}))
		}
	}
}

// write is what the victim does without the network: it is nowhere else.
func (w *world) write(t *testing.T, c *town.Client) {
	t.Helper()
	for i := range 4 {
		id, text := w.tickets[i], w.say(12)
		cmd := w.command(id, desk.Reply{Text: text})
		switch i {
		case 1:
			cmd.Args = desk.AddNote{Text: text}
		case 2:
			cmd.Args = desk.Reply{Text: text, Files: w.attach(t, c, id, 70_000)}
		}
		w.queued[cmd.ID] = text
		w.do(t, c, cmd)
	}
	for i := range 3 {
		for range 2 {
			key, text := fmt.Sprintf("ticket/%s/reply", w.tickets[10+i]), w.say(30)
			if err := c.Outbox.PutDraft(outbox.Draft{Key: key, Kind: outbox.DraftReply, Ticket: w.tickets[10+i], Text: text}); err != nil {
				t.Fatal(err)
			}
			w.drafts[key] = text
		}
	}
	// A file half on its way to here.
	if _, err := c.Files.Blobs.Stage(strings.Repeat("ab", 32), 0, bytes.NewReader(make([]byte, 100_000)), desk.MaxAttachment); err != nil {
		t.Fatal(err)
	}
}

func clientKind(name string) string {
	switch top, rest, _ := strings.Cut(name, "/"); {
	case top == "files" && strings.HasPrefix(rest, "whole/"):
		return "file"
	case top == "files":
		return "file on its way"
	case top == "outbox":
		return rest
	case strings.HasPrefix(rest, "store/"):
		if ext := path.Ext(rest); ext != "" {
			return ext[1:]
		}
		return path.Base(rest)
	}
	return path.Base(name)
}

func serverKind(name string) string {
	if strings.HasPrefix(name, "files/") {
		return "server file"
	}
	return name
}

// whole reads a file to its end.
func whole(r io.ReadCloser, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r)
	return b, errors.Join(err, r.Close())
}

// folder makes a place for a case that goes with it.
func (w *world) folder(name string) (string, func()) {
	dir := filepath.Join(w.Dir, name)
	return dir, func() { _ = os.RemoveAll(dir) }
}

func sorted[K ~string, V any](m map[K]V) []K {
	var out []K
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
