package desk

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// CmdTags changes the tags of a ticket; see SetTags.
const CmdTags CommandKind = "tags"

// Tagged is an entry of the team's: From are the tags that went, To those that
// came, with commas between.
const Tagged Kind = "tagged"

// RefTag is a tag that some ticket has; its id is its name. Staff lanes only.
const RefTag RefKind = "tag"

// MaxTag is how many characters a tag has at most, MaxTags how many of them a
// ticket.
const (
	MaxTag  = 40
	MaxTags = 20
)

// SetTags adds and removes tags; staff only, and no customer hears of it. What
// is there already, or gone already, is done: two people who tag at once never
// stand in each other's way.
type SetTags struct {
	Add    []string `json:"add,omitempty"`
	Remove []string `json:"remove,omitempty"`
}

// Kind implements Args.
func (SetTags) Kind() CommandKind { return CmdTags }

// NormalTag is a tag as it is kept, so that one thing has one name: small
// letters, a hyphen for every gap. ok is false for what can be no tag.
func NormalTag(s string) (tag string, ok bool) {
	if !utf8.ValidString(s) {
		return "", false
	}
	words := strings.FieldsFunc(strings.ToLower(strings.TrimPrefix(strings.TrimSpace(s), "#")), func(r rune) bool {
		return unicode.IsSpace(r) || r == '-' || r == '_'
	})
	tag = strings.Join(words, "-")
	if n := utf8.RuneCountInString(tag); n == 0 || n > MaxTag {
		return "", false
	}
	for _, r := range tag {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-.:/+", r) {
			return "", false
		}
	}
	return tag, true
}
