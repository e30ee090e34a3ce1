package secrets

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Kind is what something looks like.
type Kind string

// The kinds that are known.
const (
	Key      Kind = "key"      // a private key
	Token    Kind = "token"    // what a program signs in with
	Password Kind = "password" // what a person signs in with
	Card     Kind = "card"     // the number of a payment card
	Account  Kind = "account"  // the number of a bank account
)

// Found is a place in a text, in bytes: what to cover, without the name before it.
type Found struct {
	From, To int
	Kind     Kind
}

// shape is how a secret looks: its first group is the secret itself, or all of
// it. is judges what only looks like one.
type shape struct {
	kind Kind
	re   *regexp.Regexp
	is   func(string) bool
}

var shapes = []shape{
	{Token, regexp.MustCompile(`(?i)\bauthorization["']?[ \t]*[:=][ \t]*["']?(?:(?:basic|bearer|digest|token|negotiate|ntlm|apikey)[ \t]+)?([^\s"',;]{6,})`), secret},
	{Token, regexp.MustCompile(`(?i)\bbearer[ \t]+([A-Za-z0-9._~+/=-]{16,})`), digits},
	{Token, regexp.MustCompile(`(?i)\b(?:set-)?cookie["']?[ \t]*:[ \t]*["']?([^\s"'][^\n"']{5,})`), secret},
	{Token, regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?`), nil},
	{Token, regexp.MustCompile(`\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b`), nil},
	{Token, regexp.MustCompile(`\b(?:gh[opsur]_[A-Za-z0-9]{30,}|github_pat_\w{22,}|glpat-[\w-]{20,}|npm_[A-Za-z0-9]{36}|dop_v1_[0-9a-f]{64})`), nil},
	{Token, regexp.MustCompile(`\b(?:xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,})`), nil},
	{Token, regexp.MustCompile(`\bhooks\.slack\.com/services/(T\w+/B\w+/\w+)`), nil},
	{Token, regexp.MustCompile(`\b(?:[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9_-]{24,})`), digits},
	{Token, regexp.MustCompile(`\b(?:AIza[\w-]{35}|ya29\.[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,})`), nil},
	{Key, regexp.MustCompile(`\bAGE-SECRET-KEY-1[A-Z0-9]{50,}`), nil},
	{Password, regexp.MustCompile(`\b[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s/@:"'<>]*:([^\s/@"'<>]+)@`), secret},
	{Token, regexp.MustCompile(`[?&](?:sig|signature|X-Amz-Signature|X-Amz-Security-Token|code)=([A-Za-z0-9%._~+/=-]{12,})`), digits},
	{Token, regexp.MustCompile(`(?i)(?:api|access|private|secret|account|auth|session|refresh|bot|client)?[_-]?(?:token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|session[_-]?id|sessid)s?["']?[ \t]*[:=][ \t]*["']?([^\s"',;&<>(){}]{8,})`), secret},
	{Password, regexp.MustCompile(`(?i)(?:password|passwd|passwort|kennwort|passphrase|passcode|pwd|secret|credentials?)[0-9]*["']?[ \t]*(?::|=>?)[ \t]*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"',;&]+))`), secret},
}

// Find gives what is found, from left to right and without overlaps.
func Find(text string) []Found {
	all := keys(text)
	for _, s := range shapes {
		for _, m := range s.re.FindAllStringSubmatchIndex(text, -1) {
			from, to := m[0], m[1]
			for g := 2; g+1 < len(m); g += 2 {
				if m[g] >= 0 {
					from, to = m[g], m[g+1]
					break
				}
			}
			if s.is == nil || s.is(text[from:to]) {
				all = append(all, Found{from, to, s.kind})
			}
		}
	}
	all = append(all, cards(text)...)
	all = append(all, accounts(text)...)
	slices.SortStableFunc(all, func(a, b Found) int { return cmp.Or(a.From-b.From, b.To-a.To) })
	out := all[:0]
	for _, f := range all {
		last := len(out) - 1
		if last < 0 || f.From >= out[last].To {
			out = append(out, f)
		} else {
			out[last].To = max(out[last].To, f.To)
		}
	}
	return out
}

// Cover gives the text with dots in place of what was found; how long it was
// cannot be told from them.
func Cover(text string) string {
	var out strings.Builder
	at := 0
	for _, f := range Find(text) {
		out.WriteString(text[at:f.From])
		out.WriteString(Dots)
		at = f.To
	}
	out.WriteString(text[at:])
	return out.String()
}

// Dots stand where something was.
const Dots = "••••"

var (
	keyBegins = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----`)
	keyEnds   = regexp.MustCompile(`-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----`)
	keyLine   = regexp.MustCompile(`^[\sA-Za-z0-9+/=]{16,}$`)
)

// keys finds blocks of private keys, also those that a text begins or ends in.
func keys(text string) []Found {
	var out []Found
	at := 0
	for _, end := range append(keyEnds.FindAllStringIndex(text, -1), []int{len(text), len(text)}) {
		if end[0] < at {
			continue
		}
		begin := keyBegins.FindStringIndex(text[at:end[0]])
		switch {
		case begin != nil:
			out = append(out, Found{at + begin[0], end[1], Key})
		case end[0] < end[1]:
			out = append(out, Found{linesBefore(text[:end[0]], at), end[1], Key})
		}
		at = end[1]
	}
	return out
}

// linesBefore gives where the lines of a key begin that a text ends with.
func linesBefore(text string, least int) int {
	from := len(text)
	for from > least {
		start := strings.LastIndexByte(text[:from-1], '\n') + 1
		if start < least || !keyLine.MatchString(text[start:from]) {
			break
		}
		from = start
	}
	return from
}

// digits holds of what has a figure in it: words have none.
func digits(s string) bool { return strings.ContainsAny(s, "0123456789") }

// words are said of a secret and are none.
var words = map[string]bool{
	"null": true, "none": true, "nil": true, "true": true, "false": true, "undefined": true, "empty": true, "unset": true, "missing": true,
	"required": true, "invalid": true, "incorrect": true, "wrong": true, "expired": true, "changed": true, "reset": true, "accepted": true,
	"rejected": true, "failed": true, "redacted": true, "[redacted]": true, "hidden": true, "masked": true, "bearer": true, "basic": true,
	"unknown": true, "optional": true, "disabled": true, "enabled": true, "not": true, "the": true, "for": true, "and": true, "yes": true,
	"is": true, "was": true, "has": true, "must": true, "too": true, "falsch": true, "leer": true, "ungültig": true, "abgelaufen": true,
}

// secret holds of what can be one: not a word about one, nothing that stands
// for one, nothing covered already.
func secret(s string) bool {
	s = strings.TrimRight(s, ".,;:!?)")
	if utf8.RuneCountInString(s) < 3 || words[strings.ToLower(s)] {
		return false
	}
	if strings.Trim(s, "*•xX.-_#") == "" || strings.HasPrefix(s, "•") || strings.HasPrefix(s, "***") {
		return false
	}
	// A place for one, or a path in its stead.
	return !strings.HasPrefix(s, "${") && !strings.HasPrefix(s, "$(") && !strings.HasPrefix(s, "{{") && !strings.HasPrefix(s, "<") && !strings.HasPrefix(s, "%") && !strings.HasPrefix(s, "/")
}
