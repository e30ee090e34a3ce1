package secrets

import (
	"regexp"
	"strings"
)

// groups are the ways in which the number of a card is written.
var groups = regexp.MustCompile(`\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}(?:[ -]\d{3})?|\d{4}[ -]\d{6}[ -]\d{5}|\d{4}[ -]\d{6}[ -]\d{4}|\d{13,19}`)

// cards finds the numbers of payment cards: as long, as begun and with the
// check digit that they have. An order number fits that by one chance in fifty.
func cards(text string) []Found {
	var out []Found
	for _, m := range groups.FindAllStringIndex(text, -1) {
		if within(text, m[0], m[1]) {
			continue
		}
		if number := figures(text[m[0]:m[1]]); branded(number) && luhn(number) {
			out = append(out, Found{m[0], m[1], Card})
		}
	}
	return out
}

// within reports whether a number is a part of something longer: a hash, a
// decimal fraction, a number of a telephone, another number.
func within(text string, from, to int) bool {
	if from > 0 && (wordy(text[from-1]) || strings.IndexByte("+.#/-%", text[from-1]) >= 0) {
		return true
	}
	if to == len(text) {
		return false
	}
	more := to+1 < len(text) && text[to+1] >= '0' && text[to+1] <= '9'
	return wordy(text[to]) || text[to] >= 0x80 || strings.IndexByte(".-/:", text[to]) >= 0 && more
}

func wordy(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func figures(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// brand is how the numbers of one kind of card begin, and how long they are.
type brand struct{ from, to, long string }

var brands = []brand{
	{"4", "4", "13 16 19"},
	{"51", "55", "16"},
	{"2221", "2720", "16"},
	{"34", "34", "15"},
	{"37", "37", "15"},
	{"6011", "6011", "16 19"},
	{"644", "659", "16 19"},
	{"3528", "3589", "16 19"},
	{"300", "305", "14"},
	{"36", "36", "14"},
	{"38", "39", "14"},
	{"62", "62", "16 17 18 19"},
	{"6759", "6759", "16 18 19"},
	{"6761", "6763", "16 18 19"},
}

var lengths = map[int]string{13: "13", 14: "14", 15: "15", 16: "16", 17: "17", 18: "18", 19: "19"}

func branded(number string) bool {
	long, ok := lengths[len(number)]
	if !ok {
		return false
	}
	for _, b := range brands {
		if begins := number[:len(b.from)]; begins >= b.from && begins <= b.to && strings.Contains(b.long, long) {
			return true
		}
	}
	return false
}

func luhn(number string) bool {
	sum, twice := 0, false
	for i := len(number) - 1; i >= 0; i-- {
		n := int(number[i] - '0')
		if twice {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum, twice = sum+n, !twice
	}
	return sum%10 == 0 && sum > 0
}

// ibans has how long the number of a bank account is, by country.
var ibans = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "CH": 21, "CR": 22, "CY": 28, "CZ": 24,
	"DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27,
	"HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20,
	"LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25,
	"QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "XK": 20,
}

var ibanBegins = regexp.MustCompile(`\b[A-Z]{2}\d{2}`)

// accounts finds the international numbers of bank accounts, which prove
// themselves by a rest of 1 when they are divided by 97.
func accounts(text string) []Found {
	var out []Found
	for _, m := range ibanBegins.FindAllStringIndex(text, -1) {
		long, ok := ibans[text[m[0]:m[0]+2]]
		if !ok {
			continue
		}
		var number strings.Builder
		to := m[0]
		for to < len(text) && number.Len() < long {
			c := text[to]
			if upper(c) {
				number.WriteByte(c)
			} else if c != ' ' || number.Len()%4 != 0 {
				break
			}
			to++
		}
		if number.Len() == long && (to == len(text) || !wordy(text[to])) && mod97(number.String()) == 1 {
			out = append(out, Found{m[0], to, Account})
		}
	}
	return out
}

func upper(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' }

func mod97(iban string) int {
	rest := 0
	for _, c := range []byte(iban[4:] + iban[:4]) {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest
}
