package crash_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"sync"
)

// said is a line of what a client was told or is about to ask, in the order it
// happened there.
type said struct {
	What string `json:"what"`
	Who  string `json:"who,omitempty"`
	// Token stands in the text of a command and nowhere else.
	Token  string `json:"token,omitempty"`
	Kind   string `json:"kind,omitempty"`
	Ticket string `json:"ticket,omitempty"`
	// ID is the command's; Number, Seq and Hash are what confirmed says of it.
	ID     string `json:"id,omitempty"`
	Number string `json:"number,omitempty"`
	Seq    int    `json:"seq,omitempty"`
	Hash   string `json:"hash,omitempty"`
	State  string `json:"state,omitempty"`
	File   string `json:"file,omitempty"`
	// Key and N name a draft and its version, Drafts are what was found.
	Key    string            `json:"key,omitempty"`
	N      int               `json:"n,omitempty"`
	Drafts map[string]string `json:"drafts,omitempty"`
	Items  []item            `json:"items,omitempty"`
	Wait   int               `json:"wait,omitempty"`
	AsOf   string            `json:"as_of,omitempty"`
	Text   string            `json:"text,omitempty"`
}

// item is what the outbox shows of a command.
type item struct{ ID, Token, State string }

// What a line says.
const (
	sBegin    = "begin"    // the profile is open; Drafts and Items are what was there
	sAsk      = "ask"      // a command is about to be given to the program
	sQueued   = "queued"   // the program said that it has it
	sNot      = "not"      // the program said that it has not
	sAnswer   = "answer"   // the outbox shows this state of it
	sShown    = "shown"    // the conversation shows it with a receipt
	sDiscard  = "discard"  // about to be thrown away by its author
	sGone     = "gone"     // was thrown away
	sWrite    = "write"    // a draft is about to be saved
	sSaved    = "saved"    // it was saved
	sDrop     = "drop"     // a draft is about to be dropped
	sDropped  = "dropped"  // it was
	sStand    = "stand"    // how the line to the server stands
	sProblem  = "problem"  // something nobody expected
	sRewrites = "rewrites" // a log was rewritten
)

// mouth writes lines to standard output, each with one call.
type mouth struct{ mu sync.Mutex }

func (m *mouth) say(s said) {
	b, err := json.Marshal(s)
	if err != nil {
		b = []byte(`{"what":"problem","text":"a line cannot be written"}`)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	_, _ = os.Stdout.Write(append(b, '\n'))
}

var tokens = regexp.MustCompile(`tk-[a-z]+-[0-9]+-[0-9]+\.`)

func tokenIn(text string) string { return tokens.FindString(text) }

// draftText is version n of a person's draft; whoever knows the three can say
// what must be there.
func draftText(who, key string, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d", who, key, n))
	r := rand.New(rand.NewChaCha8(sum))
	words := 1 + r.IntN(30)
	if r.IntN(4) == 0 {
		words = r.IntN(200)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Draft %d of %s:", n, who)
	for range words {
		fmt.Fprintf(&b, " w%x", r.Uint64())
	}
	return b.String()
}

func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
