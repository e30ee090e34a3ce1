package app

import (
	"bytes"
	"encoding/base64"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"os"
	"path/filepath"

	"docket/app/desk"
)

// Shot is a picture of the screen, or any other, that is looked over before it
// goes along. It is held in memory alone until it is kept: no file has what a
// person covers.
type Shot struct {
	ID     string `json:"id"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	// Src is where the page finds it.
	Src string `json:"src"`
}

// Cover is a part of a picture that nobody should see, in its points.
type Cover struct {
	X int `json:"x"`
	Y int `json:"y"`
	W int `json:"w"`
	H int `json:"h"`
}

const (
	maxCovers = 500
	maxShown  = 2560 // points along the longer side of what the page draws
	shots     = "shot/"
)

// covered is what is seen in place of what was covered. It is one colour: from
// what is blurred or in small squares, short texts can be reckoned back.
var covered = color.RGBA{R: 0x6b, G: 0x70, B: 0x78, A: 0xff}

// shot is one being looked over; there is never a second.
type shot struct {
	id string
	// whole is the picture made anew from its points, shown a smaller one of it.
	whole, shown []byte
}

// ShotScreen takes a picture of the screen, with the window out of the way. It
// gives none when the person thought better of it.
func (a *API) ShotScreen() (*Shot, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	b, err := a.deps.Shell.Screenshot()
	if err != nil || len(b) == 0 {
		return nil, err
	}
	return s.hold(b)
}

// ShotFile takes a picture from a file that is asked for; the file stays as it is.
func (a *API) ShotFile() (*Shot, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	paths, err := a.deps.Shell.OpenFiles(say("Choose a picture"))
	if err != nil || len(paths) == 0 {
		return nil, err
	}
	b, _, err := readEnd(paths[0], desk.MaxAttachment, true)
	if err != nil {
		return nil, err
	}
	return s.hold(b)
}

// ShotPasted takes a picture the page was given, or with "" the one on the
// system's clipboard.
func (a *API) ShotPasted(data string) (*Shot, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	if n := int64(base64.StdEncoding.DecodedLen(len(data))); n > desk.MaxAttachment+3 {
		return nil, tooLarge("file", n, desk.MaxAttachment)
	}
	b, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return nil, wrong("files", "The file did not arrive whole.")
	}
	if data == "" {
		b, err = a.deps.Shell.ClipboardImage()
	}
	if err != nil || len(b) == 0 {
		return nil, err
	}
	return s.hold(b)
}

// ShotAttached takes a picture that is attached already and not sent yet.
func (a *API) ShotAttached(hash string) (_ *Shot, err error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	h, err := blobHash(hash)
	if err != nil {
		return nil, err
	}
	if !s.unsentFile(h) {
		return nil, &desk.Error{Code: desk.CodeNotFound, Field: "files", Message: "A file of this message is not on this computer any more.", Hint: "Attach it again, or remove it. Your text is kept."}
	}
	r, err := s.files.Open(h)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(r, desk.MaxAttachment+1))
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, err
	}
	return s.hold(b)
}

// unsentFile reports whether a file was attached to something not sent yet.
func (s *session) unsentFile(h desk.BlobHash) bool {
	s.mu.RLock()
	_, is := s.staged[h]
	s.mu.RUnlock()
	if is {
		return true
	}
	for _, d := range s.out.Drafts() {
		for _, f := range d.Files {
			is = is || f.Hash == h
		}
	}
	return is
}

// hold makes a picture anew from its points, so that nothing but these is in
// it: no place, no time, no smaller picture of before.
func (s *session) hold(b []byte) (*Shot, error) {
	conf, _, fits, err := measured(bytes.NewReader(b))
	if err == nil && !fits {
		return nil, (&desk.Error{
			Code: desk.CodeTooLarge, Field: "files", Message: "The picture has {width, number} × {height, number} points; that is more than can be opened here.",
			Hint: "Take one of a smaller part of the screen, or make it smaller first.",
		}).With("width", conf.Width, "height", conf.Height)
	}
	var src image.Image
	if err == nil {
		src, _, err = image.Decode(bytes.NewReader(b))
	}
	if err != nil {
		return nil, &desk.Error{
			Code: desk.CodeInvalid, Field: "files", Err: err, Message: "This is no picture that can be opened here.",
			Hint: "PNG, JPEG, GIF and WebP can. Attach it as a file if it has to be this one.",
		}
	}
	whole, err := encode(points(src))
	if err != nil {
		return nil, err
	}
	shown := whole
	if max(conf.Width, conf.Height) > maxShown {
		if shown, _, err = redraw(whole, maxShown); err != nil {
			return nil, err
		}
	}
	kept := &shot{id: newID(), whole: whole, shown: shown}
	s.mu.Lock()
	s.shot = kept
	s.mu.Unlock()
	size := src.Bounds().Size()
	return &Shot{ID: kept.id, Width: size.X, Height: size.Y, Src: previews + s.api.token + "/" + shots + kept.id}, nil
}

// points copies a picture. Colours are kept as they are seen: what is wholly
// transparent has none left.
func points(src image.Image) *image.RGBA {
	dst := image.NewRGBA(image.Rectangle{Max: src.Bounds().Size()})
	draw.Draw(dst, dst.Bounds(), src, src.Bounds().Min, draw.Src)
	return dst
}

func encode(img image.Image) ([]byte, error) {
	var out bytes.Buffer
	err := png.Encode(&out, img)
	return out.Bytes(), err
}

func (s *session) held(id string) *shot {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.shot == nil || s.shot.id != id {
		return nil
	}
	return s.shot
}

// KeepShot covers parts of the picture that is looked over and attaches what is
// left of it. With instead, that attached picture is removed from this computer,
// as far as nothing else needs it.
func (a *API) KeepShot(id string, covers []Cover, instead string) (FileInfo, error) {
	s, err := a.session()
	if err != nil {
		return FileInfo{}, err
	}
	held := s.held(id)
	if held == nil {
		return FileInfo{}, &desk.Error{Code: desk.CodeNotFound, Field: "files", Message: "This picture is not held any more.", Hint: "Take it again."}
	}
	if len(covers) > maxCovers {
		return FileInfo{}, wrong("files", "At most {n} parts can be covered.").With("n", maxCovers)
	}
	src, err := png.Decode(bytes.NewReader(held.whole))
	if err != nil {
		return FileInfo{}, err
	}
	b, err := encode(cover(points(src), covers))
	if err != nil {
		return FileInfo{}, err
	}
	att, err := s.stage("Screenshot "+a.now().Format("2006-01-02 15.04.05")+".png", bytes.NewReader(b), desk.MaxAttachment)
	if err != nil {
		return FileInfo{}, err
	}
	s.letGoOfShot()
	if old, err := blobHash(instead); instead != "" && err == nil && old != att.Hash {
		s.replaced(old)
	}
	return s.fileInfo(att), nil
}

// cover fills parts of a picture with one colour.
func cover(img *image.RGBA, covers []Cover) *image.RGBA {
	for _, c := range covers {
		// What does not fit a number of its own is as wide as the picture.
		x, y := min(max(c.X, 0), img.Rect.Max.X), min(max(c.Y, 0), img.Rect.Max.Y)
		w, h := min(max(c.W+min(c.X, 0), 0), img.Rect.Max.X-x), min(max(c.H+min(c.Y, 0), 0), img.Rect.Max.Y-y)
		draw.Draw(img, image.Rect(x, y, x+w, y+h), image.NewUniform(covered), image.Point{}, draw.Src)
	}
	return img
}

// replaced deletes an attached picture that another took the place of.
func (s *session) replaced(h desk.BlobHash) {
	if !s.unsentFile(h) || s.archives.holds(h) {
		return
	}
	drafts := 0
	for _, d := range s.out.Drafts() {
		for _, f := range d.Files {
			if f.Hash == h {
				drafts++
			}
		}
	}
	if drafts > 1 { // one is the draft it is taken out of
		return
	}
	for _, it := range s.out.Items() {
		for _, f := range filesOf(it.Command) {
			if f.Hash == h {
				return
			}
		}
	}
	if err := s.files.Blobs.Delete(h); err != nil && !errors.Is(err, desk.ErrNotFound) {
		s.api.deps.Log.Warn("delete file", "err", err)
	}
}

func (s *session) letGoOfShot() {
	s.mu.Lock()
	s.shot = nil
	s.mu.Unlock()
}

// DropShot lets go of the picture that is looked over.
func (a *API) DropShot() error {
	s, err := a.session()
	if err != nil {
		return err
	}
	s.letGoOfShot()
	return nil
}

// readEnd reads a file, or with all false as much of its end as fits.
func readEnd(path string, most int64, all bool) (b []byte, cut bool, err error) {
	name := filepath.Base(path)
	info, err := os.Stat(path)
	if err != nil {
		return nil, false, unreadable(name, err)
	}
	if !info.Mode().IsRegular() {
		return nil, false, (&desk.Error{
			Code: desk.CodeInvalid, Field: "files", Message: "“{name}” is not a file.", Hint: "Put a folder into an archive first.",
		}).With("name", cleanName(name))
	}
	if all && info.Size() > most {
		return nil, false, tooLarge(name, info.Size(), most)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, false, unreadable(name, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var head [2]byte
	n, _ := io.ReadFull(f, head[:])
	from := max(info.Size()-most, 0)
	wide := n == 2 && (head == [2]byte{0xFF, 0xFE} || head == [2]byte{0xFE, 0xFF})
	if wide {
		from += from % 2 // a letter has two bytes
	}
	b, err = io.ReadAll(io.NewSectionReader(f, from, most))
	if err != nil {
		return nil, false, unreadable(name, err)
	}
	if wide && from > 0 {
		b = append(head[:], b...)
	}
	return b, from > 0, nil
}
