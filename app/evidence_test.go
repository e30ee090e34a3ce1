package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"docket/app"
	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// screenOf is a picture in which every point has a colour of its own, with a
// comment as cameras leave one.
func screenOf(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, color.NRGBA{R: uint8(x), G: uint8(y), B: 200, A: 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	b := out.Bytes()
	text := []byte("tEXtComment\x00taken at home")
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(text)-4))
	chunk = binary.BigEndian.AppendUint32(append(chunk, text...), crc32.ChecksumIEEE(text))
	return slices.Concat(b[:33], chunk, b[33:])
}

func here(t *testing.T, d *desktop, hash string) []byte {
	t.Helper()
	o := d.opens(func() app.NewTicket { n := newTicket(); n.Files = []string{hash}; return n }())
	d.confirmed(o.Ticket, "It says 502.")
	d.shell.dest = filepath.Join(t.TempDir(), "saved")
	if err := d.api.SaveFile(o.Ticket, hash); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(d.shell.dest)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What was covered is in the picture that goes along in no form, and the
// picture it was covered in is in no file (BEHAVIOURS N10).
func TestWhatIsCoveredIsGone(t *testing.T) {
	srv, d := runtest.NewServer(t, ""), newDesktop(t)
	d.signIn(srv.URL, "elif")
	d.shell.clip = screenOf(t, 200, 100)
	shot, err := d.api.ShotScreen()
	if err != nil || shot == nil || shot.Width != 200 || shot.Height != 100 {
		t.Fatalf("shot %+v, %v", shot, err)
	}
	w := httptest.NewRecorder()
	d.p.Previews().ServeHTTP(w, httptest.NewRequest("GET", shot.Src, nil))
	if w.Code != 200 || w.Header().Get("Cache-Control") != "no-store" || bytes.Contains(w.Body.Bytes(), []byte("taken at home")) {
		t.Fatalf("the page gets %d, %v", w.Code, w.Header())
	}
	covers := []app.Cover{{X: 20, Y: 10, W: 60, H: 30}, {X: -10, Y: 90, W: 30, H: 1 << 62}, {X: 150, Y: 50, W: 0, H: 10}, {X: 500, Y: 500, W: 9, H: 9}}
	info, err := d.api.KeepShot(shot.ID, covers, "")
	if err != nil {
		t.Fatal(err)
	}
	b := here(t, d, info.Hash)
	if bytes.Contains(b, []byte("taken at home")) || bytes.Contains(b, []byte("tEXt")) {
		t.Error("what cameras write down went along")
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	hidden := func(x, y int) bool { return x >= 20 && x < 80 && y >= 10 && y < 40 || x < 20 && y >= 90 }
	for y := range 100 {
		for x := range 200 {
			r, g, bl, _ := img.At(x, y).RGBA()
			is := color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(bl >> 8), 255}
			if want := (color.RGBA{uint8(x), uint8(y), 200, 255}); !hidden(x, y) && is != want || hidden(x, y) && is.B == 200 {
				t.Fatalf("%d,%d is %v", x, y, is)
			}
		}
	}
	w = httptest.NewRecorder()
	d.p.Previews().ServeHTTP(w, httptest.NewRequest("GET", shot.Src, nil))
	if w.Code != 404 {
		t.Errorf("the picture is still held: %d", w.Code)
	}
	if _, err := d.api.KeepShot(shot.ID, nil, ""); err == nil {
		t.Error("it was kept twice")
	}
}

// A picture that was attached before is gone once it was covered; one that
// another message has, too, stays.
func TestTheAttachedOriginalIsGone(t *testing.T) {
	srv, d := runtest.NewServer(t, ""), newDesktop(t)
	d.signIn(srv.URL, "elif")
	add := func() app.FileInfo {
		info, err := d.api.AddFile("till.png", base64.StdEncoding.EncodeToString(screenOf(t, 40, 40)))
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	draft := func(key string, f app.FileInfo) {
		if _, err := d.api.SaveDraft(app.Draft{Key: key, Kind: "new", Text: "x", Files: []app.FileInfo{f}}); err != nil {
			t.Fatal(err)
		}
	}
	blobs := func() (n int) {
		_ = filepath.WalkDir(filepath.Join(d.dir, "files"), func(_ string, e fs.DirEntry, _ error) error {
			if e != nil && !e.IsDir() {
				n++
			}
			return nil
		})
		return n
	}
	old := add()
	before := blobs()
	draft("new/018f0000-0000-7000-8000-000000000001", old)
	shot, err := d.api.ShotAttached(old.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.api.KeepShot(shot.ID, []app.Cover{{W: 40, H: 20}}, old.Hash); err != nil {
		t.Fatal(err)
	}
	if n := blobs(); n != before {
		t.Errorf("%d files, want %d: the new one and not the old", n, before)
	}
	old = add()
	draft("new/018f0000-0000-7000-8000-000000000001", old)
	draft("new/018f0000-0000-7000-8000-000000000002", old)
	if shot, err = d.api.ShotAttached(old.Hash); err != nil {
		t.Fatal(err)
	}
	if _, err := d.api.KeepShot(shot.ID, []app.Cover{{W: 40, H: 10}}, old.Hash); err != nil {
		t.Fatal(err)
	}
	if again, err := d.api.ShotAttached(old.Hash); err != nil || again == nil {
		t.Errorf("the other draft has lost its picture: %v", err)
	}
}

func TestPicturesThatCannotBeLookedOver(t *testing.T) {
	srv, d := runtest.NewServer(t, ""), newDesktop(t)
	d.signIn(srv.URL, "elif")
	says := func(err error, want string) {
		t.Helper()
		var e *desk.Error
		if !errors.As(err, &e) || !strings.Contains(e.Message+" "+e.Hint, want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	d.shell.clip = bomb(t, 60_000, 60_000)
	_, err := d.api.ShotPasted("")
	says(err, "more than can be opened here")
	d.shell.clip = []byte("no picture")
	_, err = d.api.ShotScreen()
	says(err, "no picture that can be opened")
	d.shell.clip = nil
	if shot, err := d.api.ShotScreen(); shot != nil || err != nil {
		t.Errorf("thought better: %v, %v", shot, err)
	}
	_, err = d.api.ShotAttached(strings.Repeat("ab", 32))
	says(err, "not on this computer any more")
	d.shell.files = []string{t.TempDir()}
	_, err = d.api.ShotFile()
	says(err, "is not a file")
	d.shell.clip = picture(t, 8, 8)
	shot, err := d.api.ShotScreen()
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.api.KeepShot(shot.ID, make([]app.Cover, 501), "")
	says(err, "At most")
	if err := d.api.DropShot(); err != nil {
		t.Fatal(err)
	}
	_, err = d.api.KeepShot(shot.ID, nil, "")
	says(err, "not held any more")
}

// The end of a log is read and never all of it; what looks like a secret is
// named, and the bytes that are kept are those that were looked over.
func TestTheEndOfALog(t *testing.T) {
	srv, d := runtest.NewServer(t, ""), newDesktop(t)
	d.signIn(srv.URL, "elif")
	dir := t.TempDir()
	read := func(name, text string) (*app.LogView, error) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		d.shell.files = []string{path}
		return d.api.PickLog()
	}
	whole := func(l app.LogLine) (s string) {
		for _, p := range l.Parts {
			s += p.Text
		}
		return s
	}
	v, err := read("shop.log", "one\npassword=hunter2 ok\n\x1b[31mred\n\n")
	if err != nil || v.Cut || len(v.Lines) != 3 || v.Name != "shop.log" {
		t.Fatalf("%+v, %v", v, err)
	}
	if p := v.Lines[1].Parts; len(p) != 3 || p[1] != (app.LogPart{Text: "hunter2", Kind: "password"}) {
		t.Errorf("parts %+v", p)
	}
	if got := whole(v.Lines[2]); got != "␛[31mred" {
		t.Errorf("got %q", got)
	}
	key := "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE " + "KEY-----"
	v, err = read("key.log", "a\n"+key+" z\n")
	if err != nil || len(v.Lines) != 4 || v.Lines[2].Parts[0].Kind != "key" || v.Lines[3].Parts[1].Kind != "" {
		t.Errorf("%+v, %v", v, err)
	}
	v, err = read("long.log", strings.Repeat("é some line of a log that is long\n", 200_000)+"last\n")
	if err != nil || !v.Cut || len(v.Lines) != 1000 || whole(v.Lines[999]) != "last" || whole(v.Lines[0]) != "é some line of a log that is long" {
		t.Errorf("%d lines, %v", len(v.Lines), err)
	}
	v, err = read("one.log", strings.Repeat("é", 400_000))
	if err != nil || !v.Cut || len(v.Lines) != 1 || strings.ContainsRune(whole(v.Lines[0]), '\uFFFD') || len(whole(v.Lines[0])) > 256<<10 {
		t.Errorf("%d lines, %v", len(v.Lines), err)
	}
	wide := "\xff\xfe" + strings.Repeat("h\x00\xfc\x00\n\x00", 60_000)
	v, err = read("wide.log", wide)
	if err != nil || !v.Cut || whole(v.Lines[7]) != "hü" {
		t.Errorf("%+v, %v", v, err)
	}
	if v, err = read("empty.log", ""); err != nil || len(v.Lines) != 1 || v.Lines[0].Parts == nil {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err = read("run.exe", "MZ\x90\x00\x03\x00"); err == nil || !strings.Contains(err.Error(), "is no text") {
		t.Errorf("a program: %v", err)
	}
	info, err := d.api.KeepText("log", "one\npassword=•••• ok\n\n\n")
	if err != nil || info.Name != "log.txt" || string(here(t, d, info.Hash)) != "one\npassword=•••• ok\n" {
		t.Errorf("%+v, %v", info, err)
	}
	for kind, text := range map[string]string{"log": " \n", "passwd": "x", "facts": strings.Repeat("x", 3<<20)} {
		if _, err := d.api.KeepText(kind, text); err == nil {
			t.Errorf("%s was kept", kind)
		}
	}
}

// Facts name neither the computer nor its person unless that is asked for, and
// no address; what they say of the server follows the line.
func TestFactsOfThisComputer(t *testing.T) {
	srv, d := runtest.NewServer(t, ""), newDesktop(t)
	if _, err := d.api.Facts(); err == nil {
		t.Error("facts before anybody is signed in")
	}
	d.signIn(srv.URL, "elif")
	d.live()
	of := func() map[string]app.Fact {
		all, err := d.api.Facts()
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]app.Fact{}
		for _, f := range all {
			if f.Label == "" || f.Value == "" {
				t.Errorf("%+v says nothing", f)
			}
			m[f.ID] = f
		}
		return m
	}
	m := of()
	if m["program"].Value != "Docket test" || m["server"].Value != "reached now" || m["zone"].Value == "" || m["system"].Value == "" {
		t.Errorf("facts %+v", m)
	}
	host, _ := os.Hostname()
	for id, f := range m {
		if f.On == (id == "host" || id == "user") {
			t.Errorf("%s goes along: %v", id, f.On)
		}
		if f.On && (host != "" && strings.Contains(f.Value, host) || strings.Contains(f.Value, "127.0.0.1")) {
			t.Errorf("%s says %q", id, f.Value)
		}
	}
	d.offline()
	if v := of()["server"].Value; !strings.HasPrefix(v, "not reached now, last on ") {
		t.Errorf("the server is %q", v)
	}
}
