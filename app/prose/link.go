package prose

import (
	"net/url"
	"strings"
	"unicode"
)

// SafeLink reports whether an address may leave the program: http or https with
// a host and without credentials, mailto, or tel with a number, and no character another program
// could read as more than an address (RELIABILITY T25).
func SafeLink(raw string) bool {
	if raw == "" || len(raw) > 2048 {
		return false
	}
	for _, c := range raw {
		if c <= ' ' || c == 0x7f || c == unicode.ReplacementChar || strings.ContainsRune("\"'`<>\\^{|}", c) || !unicode.IsGraphic(c) || unicode.IsSpace(c) {
			return false
		}
	}
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		return u.Hostname() != "" && u.User == nil && u.Opaque == ""
	case "tel":
		return strings.TrimLeft(u.Opaque, "+") != "" && u.RawQuery == "" && u.Fragment == "" && strings.Trim(u.Opaque, "+0123456789") == "" && strings.LastIndex(u.Opaque, "+") <= 0
	case "mailto":
		local, host, ok := strings.Cut(u.Opaque, "@")
		return ok && local != "" && local[0] != '-' && local[0] != '?' && host != "" && !strings.Contains(strings.ToLower(u.RawQuery), "attach")
	}
	return false
}
