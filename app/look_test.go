package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image/png"
	"net/http/httptest"
	"strings"
	"testing"

	"docket/app"
	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// bomb is a picture of a few bytes that says it has a billion points and more.
func bomb(t *testing.T, w, h uint32) []byte {
	t.Helper()
	b := picture(t, 4, 4)
	head := b[12:29] // "IHDR" and what is in it
	binary.BigEndian.PutUint32(head[4:], w)
	binary.BigEndian.PutUint32(head[8:], h)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(head))
	return b
}

func TestFilesAreLookedAtHarmlessly(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	long := strings.Repeat("2026-11-19 14:06:32 delivered – é\n", 9000)
	files := map[string]struct {
		b    []byte
		want app.FileLook
	}{
		"shop.log":   {[]byte("one\r\ntwo\n"), app.FileLook{Kind: "text", Text: "one\ntwo\n"}},
		"page.html":  {[]byte("<script>alert(1)</script>"), app.FileLook{Kind: "text", Text: "<script>alert(1)</script>"}},
		"marked.csv": {[]byte("\xef\xbb\xbfa;b\nü;2\n"), app.FileLook{Kind: "text", Text: "a;b\nü;2\n"}},
		"old.txt":    {[]byte("gr\xfc\xdfe \x80 5 von allen f\xfcr alle"), app.FileLook{Kind: "text", Text: "grüße € 5 von allen für alle", Charset: "Windows-1252", Guessed: true}},
		"wide.txt":   {[]byte("\xff\xfeh\x00\xfc\x00\n\x00"), app.FileLook{Kind: "text", Text: "hü\n", Charset: "UTF-16"}},
		"other.txt":  {[]byte("\xfe\xff\x00h\x00\xfc"), app.FileLook{Kind: "text", Text: "hü", Charset: "UTF-16"}},
		"turned.txt": {[]byte("pay \u202egnp.exe\u202c and \x1b[31mred\x1b[0m, \u200bhid\u00adden, 👩\u200d💻, here \u2028 ends"), app.FileLook{
			Kind: "text", Odd: true, Text: "pay ⟨U+202E⟩gnp.exe⟨U+202C⟩ and ␛[31mred␛[0m, ⟨U+200B⟩hid⟨U+00AD⟩den, 👩\u200d💻, here ⟨U+2028⟩ ends",
		}},
		"run.exe":  {[]byte("MZ\x90\x00\x03\x00\x00\x00\x04"), app.FileLook{}},
		"odd.bin":  {[]byte("\x01\x02\x03\x04\x05\x06\x07\x0e\x0f"), app.FileLook{}},
		"long.log": {[]byte(long), app.FileLook{Kind: "text"}},
		"till.png": {picture(t, 30, 20), app.FileLook{Kind: "picture", Width: 30, Height: 20}},
		"bomb.png": {bomb(t, 60_000, 60_000), app.FileLook{Width: 60_000, Height: 60_000}},
		"none.png": {bomb(t, 0, 9), app.FileLook{}},
	}
	nt := newTicket()
	var infos []app.FileInfo
	for name, f := range files {
		info, err := d.api.AddFile(name, base64.StdEncoding.EncodeToString(f.b))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		infos = append(infos, info)
		if len(nt.Files) < 10 {
			nt.Files = append(nt.Files, info.Hash)
		}
	}
	o := d.opens(nt)
	var more []string
	for _, f := range infos[10:] {
		more = append(more, f.Hash)
	}
	if err := d.api.Reply(o.Ticket, "the rest", more, 1, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	for _, info := range infos {
		got, err := d.api.LookFile(o.Ticket, info.Hash)
		if err != nil {
			t.Fatalf("%s: %v", info.Name, err)
		}
		want := files[info.Name].want
		if info.Name == "long.log" {
			if got.Kind != "text" || got.Charset != "" || got.Rest != int64(len(long))-256<<10 || !strings.HasPrefix(long, got.Text) || len(got.Text) < 256<<10-4 {
				t.Errorf("%s: %d letters, %d left, charset %q", info.Name, len(got.Text), got.Rest, got.Charset)
			}
			continue
		}
		if got != want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", info.Name, got, want)
		}
	}
	if _, err := d.api.LookFile(o.Ticket, strings.Repeat("0", 64)); code(err) != desk.CodeNotFound {
		t.Errorf("a file of no ticket: %v", err)
	}
}

func TestATextIsSeenAsItsReaderWillSeeIt(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	got, err := d.api.Preview("**Run** it:\n\n- one\n- <b>two</b>")
	if err != nil || len(got) != 2 || got[0].Spans[0].Style != "strong" || got[1].Kind != "list" || got[1].Items[1][0].Text != "<b>two</b>" {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := d.api.Preview(strings.Repeat("x", 2<<20)); code(err) != desk.CodeTooLarge && code(err) != desk.CodeInvalid {
		t.Errorf("two million letters: %v", err)
	}
}

func TestAPictureComesInTheSizeThatIsNeeded(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	get := func(b []byte, size string) *httptest.ResponseRecorder {
		d.shell.clip = b
		f, err := d.api.PasteImage()
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		d.p.Previews().ServeHTTP(w, httptest.NewRequest("GET", f.Preview+size, nil))
		return w
	}
	wide := picture(t, 3000, 20)
	for size, want := range map[string]int{"": 1600, "?size=chip": 96, "?size=whole": 3000, "?size=9999999": 1600} {
		if conf, err := png.DecodeConfig(bytes.NewReader(get(wide, size).Body.Bytes())); err != nil || conf.Width != want {
			t.Errorf("%q: %+v %v", size, conf, err)
		}
	}
	for _, size := range []string{"", "?size=chip", "?size=whole"} {
		if w := get(bomb(t, 60_000, 60_000), size); w.Code != 415 {
			t.Errorf("a bomb in size %q: %d", size, w.Code)
		}
	}
}
