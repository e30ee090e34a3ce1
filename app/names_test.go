package app

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"log.txt":                         "log.txt",
		"../../etc/passwd":                "passwd",
		`C:\x\evil.exe`:                   "evil.exe",
		"photo\u202egpj.exe":              "photogpj.exe",
		"a\x00b\nc.txt":                   "ab c.txt",
		"CON":                             "file CON",
		"con.txt":                         "file con.txt",
		"lpt1.tar.gz":                     "file lpt1.tar.gz",
		"trailing. . ":                    "trailing",
		".bashrc":                         "bashrc",
		"":                                "file",
		"..":                              "file",
		"x:y*z?.md":                       "x-y-z-.md",
		"Bericht für Zoë 東京.pdf":          "Bericht für Zoë 東京.pdf",
		strings.Repeat("ä", 300) + ".pdf": strings.Repeat("ä", 90) + ".pdf",
	} {
		if got := cleanName(in); got != want {
			t.Errorf("cleanName(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzCleanName(f *testing.F) {
	f.Add("a/b")
	f.Add("NUL.")
	f.Fuzz(func(t *testing.T, in string) {
		got := cleanName(in)
		if got == "" || len(got) > 255 || !utf8.ValidString(got) || strings.ContainsAny(got, "/\\:<>|?*\"\x00\n") || strings.HasPrefix(got, ".") || strings.HasSuffix(got, ".") || strings.HasSuffix(got, " ") {
			t.Errorf("cleanName(%q) = %q", in, got)
		}
		if again := cleanName(got); again != got {
			t.Errorf("cleanName(%q) = %q, and again %q", in, got, again)
		}
	})
}
