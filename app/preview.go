package app

import (
	"bytes"
	"image"
	_ "image/gif" // decoders of the previews
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"strings"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"docket/app/desk"
)

// pictures are the types a preview is made of; everything else is only named.
var pictures = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true}

const (
	maxPixels  = 40_000_000
	maxPreview = 1600 // pixels along the longer side
	maxChip    = 96   // of the small picture in a list of files, on a screen with two dots to a point
	maxWhole   = 8000 // of a picture at its own size
	previews   = "/preview/"
)

// sizes are what the page may ask for with ?size=; anything else is the usual one.
var sizes = map[string]int{"chip": maxChip, "whole": maxWhole}

// previewPath is where the page finds the preview of a file: behind a token of
// this run, so that nothing can be addressed that Go did not name first.
func (a *API) previewPath(h desk.BlobHash) string { return previews + a.token + "/" + string(h) }

// previewer answers requests for previews. It maps a hash to a file and never a
// path, makes the picture anew from its pixels, and says its type itself
// (RELIABILITY T26, T28).
type previewer struct {
	api  *API
	busy chan struct{} // one picture is decoded at a time
}

func (p *previewer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		http.Error(w, "only GET", http.StatusMethodNotAllowed)
		return
	}
	hash, ok := strings.CutPrefix(r.URL.Path, previews+p.api.token+"/")
	h := desk.BlobHash(hash)
	id, isShot := strings.CutPrefix(hash, shots)
	if !ok || !isShot && !h.ValidHash() {
		http.NotFound(w, r)
		return
	}
	s, err := p.api.session()
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if isShot {
		s.serveShot(w, r, id)
		return
	}
	select {
	case p.busy <- struct{}{}:
		defer func() { <-p.busy }()
	case <-r.Context().Done():
		return
	}
	f, err := s.files.Open(h)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	b, err := io.ReadAll(io.LimitReader(f, desk.MaxAttachment+1))
	if cerr := f.Close(); err != nil || cerr != nil {
		http.NotFound(w, r)
		return
	}
	longest, ok := sizes[r.URL.Query().Get("size")]
	if !ok {
		longest = maxPreview
	}
	out, kind, err := redraw(b, longest)
	if err != nil {
		http.Error(w, "no picture", http.StatusUnsupportedMediaType)
		return
	}
	head := w.Header()
	head.Set("Content-Type", kind)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Disposition", "attachment")
	head.Set("Cache-Control", "private, max-age=3600")
	_, _ = w.Write(out)
}

// serveShot gives the picture that is looked over. No engine may keep it: it has
// what is going to be covered.
func (s *session) serveShot(w http.ResponseWriter, r *http.Request, id string) {
	held := s.held(id)
	if held == nil {
		http.NotFound(w, r)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "image/png")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Disposition", "attachment")
	head.Set("Cache-Control", "no-store")
	_, _ = w.Write(held.shown)
}

// measured reads how large a picture says it is, and fits tells whether so many
// points may be opened: a file of a few bytes can claim any number of them.
func measured(r io.Reader) (conf image.Config, kind string, fits bool, err error) {
	conf, kind, err = image.DecodeConfig(r)
	if err == nil && (conf.Width <= 0 || conf.Height <= 0) {
		err = image.ErrFormat
	}
	return conf, kind, err == nil && conf.Width <= maxPixels/conf.Height, err
}

// redraw decodes a picture within bounds and encodes it anew, at most so many
// pixels long.
func redraw(b []byte, longest int) ([]byte, string, error) {
	conf, kind, fits, err := measured(bytes.NewReader(b))
	if err != nil {
		return nil, "", err
	}
	if !fits {
		return nil, "", image.ErrFormat
	}
	src, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, "", err
	}
	w, h := conf.Width, conf.Height
	if longer := max(w, h); longer > longest {
		w, h = max(w*longest/longer, 1), max(h*longest/longer, 1)
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.ApproxBiLinear.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Src, nil)
	var out bytes.Buffer
	if kind == "jpeg" {
		return flush(&out, "image/jpeg", jpeg.Encode(&out, dst, &jpeg.Options{Quality: 88}))
	}
	return flush(&out, "image/png", png.Encode(&out, dst))
}

func flush(out *bytes.Buffer, kind string, err error) ([]byte, string, error) {
	return out.Bytes(), kind, err
}
