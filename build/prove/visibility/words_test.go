package visibility_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"

	"docket/app/desk"
)

// mark begins every word that must be found wherever it comes; length is that
// of the whole word. Words are of letters and digits only, so that the search
// of the cache takes them for one.
const (
	mark   = "zqx"
	length = len(mark) + 13
)

// word is something unique somebody wrote, and whom it is for.
type word struct {
	text   string
	ticket desk.TicketID
	scope  string // the ticket, person or organization it belongs to
	public bool   // customers who see the ticket may read it
	author desk.PersonID
	seq    uint64
	// kept is set once the server took what it stands in.
	kept bool
	// again is set for what may be said once more in the same ticket, and so may
	// reach who came in later.
	again bool
}

func newWord(r *rand.Rand) string {
	const letters = "abcdefghijklmnopqrstuvwxy234567" // no z, so that no mark begins inside
	b := []byte(mark)
	for range length - len(mark) {
		b = append(b, letters[r.IntN(len(letters))])
	}
	return string(b)
}

// find gives every word in b, each once.
func find(b []byte) map[string]bool {
	out := map[string]bool{}
	for {
		i := bytes.Index(b, []byte(mark))
		if i < 0 || len(b)-i < length {
			return out
		}
		if isWord(b[i : i+length]) { // and no chance in what is encrypted
			out[string(b[i:i+length])] = true
		}
		b = b[i+len(mark):]
	}
}

func isWord(b []byte) bool {
	for _, c := range b {
		if (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

func ticketScope(id desk.TicketID) string { return "ticket " + string(id) }
func seenScope(id desk.TicketID) string   { return "sight of " + string(id) }
func wordScope(word string) string        { return "word " + word }
func notesScope(ticket string) string     { return "notes of " + ticket }
func fullScope(p desk.PersonID) string    { return "telephone of " + string(p) }
func titleScope(p desk.PersonID) string   { return "title of " + string(p) }
func orgScope(o desk.OrgID) string        { return "holdings of " + string(o) }

// staffKeys are the names of fields that exist in staff's records only, as
// they stand in a frame: the length and type of a CBOR text, then the text.
var staffKeys = func() (out [][]byte) {
	for _, k := range []string{
		"priority", "followers", "waiting_since", "public_due", "public_version", "public_seq", "public_updated",
		"public_last_by", "public_last", "public_files", "audience", "mentions", "engaged", "untold", "problem", "substitute",
	} {
		out = append(out, append([]byte{0x60 | byte(len(k))}, k...))
	}
	return out
}()

// page collects a log.
type page struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.Write(b)
}

func (p *page) text() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Clone(p.b.Bytes())
}

func some(m map[string]bool, most int) string {
	s := ""
	for w := range m {
		if most--; most < 0 {
			return s + " …"
		}
		s += " " + w
	}
	return fmt.Sprintf("%d:%s", len(m), s)
}
