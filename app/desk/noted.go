package desk

import (
	"strings"
	"time"
)

// RefCall is a call that waits for its ticket, in the own lanes of who noted it
// and of their colleagues.
const RefCall RefKind = "call"

// MaxNoted is for how long a call waits for its ticket to arrive, and how old a
// ticket may be that it joins at once: a code names what is recent.
const MaxNoted = 30 * 24 * time.Hour

// NotedCall is a call of somebody whose ticket had not arrived, noted under the
// code they said (BEHAVIOURS N4). Text becomes public with the ticket, Note is
// the team's.
type NotedCall struct {
	// ID is made by who noted it, so that noting it twice is noting it once.
	ID   CommandID `json:"id"`
	Code string    `json:"code"`
	Talk Talk      `json:"talk"`
	Text string    `json:"text,omitempty"`
	Note string    `json:"note,omitempty"`
	By   PersonID  `json:"by"`
	At   time.Time `json:"at"`
}

// ParseReference reads a speakable code as it is typed: in any case, with or
// without its hyphen. The error says which character cannot be in one.
func ParseReference(s string) (string, error) {
	code := strings.ToUpper(strings.NewReplacer("-", "", " ", "", "#", "").Replace(strings.TrimSpace(s)))
	for _, c := range code {
		if !strings.ContainsRune(speakable, c) {
			return "", &Error{
				Code: CodeInvalid, Field: "code", Message: "“" + string(c) + "” is in no code. A code has no 0, 1, I, L and O.",
				Hint: "Ask for it once more, letter by letter; it looks like K7-QM4.",
			}
		}
	}
	if len(code) != 5 {
		return "", &Error{
			Code: CodeInvalid, Field: "code", Message: "A code has five letters and digits.", Hint: "Ask for it once more, letter by letter; it looks like K7-QM4.",
		}
	}
	return code[:2] + "-" + code[2:], nil
}
