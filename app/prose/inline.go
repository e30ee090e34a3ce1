package prose

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	address = regexp.MustCompile(`(?i)\b(?:https?://|mailto:)[^\s<>"'\x60{}|\\^]+`)
	mail    = regexp.MustCompile(`\b[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,200}\.[A-Za-z]{2,24}\b`)
	// marks finds `code`, **strong** and *em*: around a word, not within one.
	marks = regexp.MustCompile("`([^`\n]+)`|\\*\\*([^*\\s](?:[^*\n]*[^*\\s])?)\\*\\*|\\*([^*\\s](?:[^*\n]*[^*\\s])?)\\*")
)

// inline gives a text as spans. The words of a link are always its address:
// nothing can say one place and lead to another.
func inline(text string) []Span {
	if text == "" {
		return nil
	}
	if !strings.ContainsAny(text, "`*") {
		return linked(text)
	}
	var out []Span
	last := 0
	for _, m := range marks.FindAllStringSubmatchIndex(text, -1) {
		if m[0] < last || !standsAlone(text, m[0], m[1]) {
			continue
		}
		span := Span{}
		switch {
		case m[2] >= 0:
			span = Span{Text: text[m[2]:m[3]], Style: "code"}
		case m[4] >= 0:
			span = Span{Text: text[m[4]:m[5]], Style: "strong"}
		default:
			span = Span{Text: text[m[6]:m[7]], Style: "em"}
		}
		if span.Style != "code" && address.MatchString(text[m[0]:m[1]]) {
			continue
		}
		out = append(out, linked(text[last:m[0]])...)
		out = append(out, span)
		last = m[1]
	}
	return append(out, linked(text[last:])...)
}

// standsAlone reports whether a mark begins and ends at the edge of a word, so
// that a*b*c and 2*3*4 stay what they are.
func standsAlone(text string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	word := func(r rune) bool {
		return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '*' || r == '_' || r == '`')
	}
	return !word(before) && !word(after)
}

// linked finds addresses in plain text.
func linked(text string) []Span {
	var out []Span
	plain := func(s string) {
		if s == "" {
			return
		}
		if n := len(out); n > 0 && out[n-1].Style == "" {
			out[n-1].Text += s
			return
		}
		out = append(out, Span{Text: s})
	}
	for text != "" {
		at, href := firstAddress(text), ""
		if m := firstMail(text); m != nil && (at == nil || m[0] < at[0]) {
			at, href = m, "mailto:"
		}
		if at == nil {
			break
		}
		end := at[0] + len(trimmed(text[at[0]:at[1]]))
		found := text[at[0]:end]
		plain(text[:at[0]])
		if SafeLink(href + found) {
			out = append(out, Span{Text: found, Style: "link", Href: href + found})
		} else {
			end = at[1]
			plain(text[at[0]:end])
		}
		text = text[end:]
	}
	plain(text)
	return out
}

// firstAddress and firstMail look before they search: most texts hold neither,
// and a search costs thirty times what looking does.
func firstAddress(text string) []int {
	for i := strings.IndexByte(text, ':'); i >= 0; {
		if strings.HasPrefix(text[i:], "://") || i >= 6 && strings.EqualFold(text[i-6:i], "mailto") {
			return address.FindStringIndex(text)
		}
		n := strings.IndexByte(text[i+1:], ':')
		if n < 0 {
			break
		}
		i += n + 1
	}
	return nil
}

func firstMail(text string) []int {
	if strings.IndexByte(text, '@') < 0 {
		return nil
	}
	return mail.FindStringIndex(text)
}

// trimmed leaves the punctuation of the sentence out of an address.
func trimmed(s string) string {
	for {
		t := strings.TrimRight(s, ".,;:!?…*_")
		if strings.HasSuffix(t, ")") && strings.Count(t, ")") > strings.Count(t, "(") {
			t = t[:len(t)-1]
		}
		if strings.HasSuffix(t, "]") && strings.Count(t, "]") > strings.Count(t, "[") {
			t = t[:len(t)-1]
		}
		if t == s {
			return s
		}
		s = t
	}
}
