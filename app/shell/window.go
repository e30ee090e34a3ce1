//go:build dev || production || bindings

package shell

import (
	"context"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/mac"
	"github.com/wailsapp/wails/v2/pkg/options/windows"
	rt "github.com/wailsapp/wails/v2/pkg/runtime"

	"docket/app/menubar"
	"docket/app/prose"
)

// The least size the page is made for.
const leastWidth, leastHeight = 900, 600

// Window is the native window. Its methods may be called from any goroutine
// and do nothing before Run has started it.
type Window struct {
	mu  sync.Mutex // guards ctx
	ctx context.Context
}

// NewWindow makes a window that Run opens.
func NewWindow() *Window { return &Window{} }

func (w *Window) context() context.Context {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ctx
}

// Run opens the window and returns when it has closed.
func (w *Window) Run(o Options) error {
	if runtime.GOOS == "linux" && os.Getenv("WEBKIT_DISABLE_DMABUF_RENDERER") == "" {
		// A blank window with some drivers otherwise (LIBRARIES 1.2).
		_ = os.Setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
	}
	background := options.NewRGB(0xF4, 0xF5, 0xF8)
	if o.Dark {
		background = options.NewRGB(0x11, 0x13, 0x16)
	}
	return wails.Run(&options.App{
		Title: o.Name, Width: 1440, Height: 900, MinWidth: leastWidth, MinHeight: leastHeight,
		BackgroundColour: background,
		StartHidden:      true,
		AssetServer:      &assetserver.Options{Assets: o.Assets, Handler: o.Files, Middleware: Guard},
		OnStartup: func(ctx context.Context) {
			w.mu.Lock()
			w.ctx = ctx
			w.mu.Unlock()
			spellCheck()
			rt.OnFileDrop(ctx, func(_, _ int, paths []string) { o.Dropped(paths) })
		},
		OnDomReady: func(ctx context.Context) {
			if !o.Hidden {
				rt.WindowShow(ctx)
			}
			stand(ctx, o.Side)
			w.openedForStory()
			o.Started()
		},
		OnBeforeClose:  func(context.Context) bool { return o.Quit() },
		Bind:           w.bound(o.Bind),
		ErrorFormatter: o.Errors,
		DragAndDrop:    &options.DragAndDrop{EnableFileDrop: true},
		Linux:          &linux.Options{Icon: o.Icon, ProgramName: "docket", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
		Windows:        &windows.Options{Theme: windows.SystemDefault},
		Mac:            &mac.Options{},
	})
}

// stand puts the window into a half of the screen, as far as the least width
// lets it. On Wayland a program may not choose its place; the size is set all
// the same.
func stand(ctx context.Context, side string) {
	screens, err := rt.ScreenGetAll(ctx)
	if side == "" || err != nil {
		return
	}
	for _, s := range screens {
		if !s.IsCurrent {
			continue
		}
		width, height := max(s.Size.Width/2, leastWidth), max(s.Size.Height-80, leastHeight) // a bar of the desktop
		x := 0
		if side == "right" {
			x = max(s.Size.Width-width, 0)
		}
		rt.WindowSetSize(ctx, min(width, 1440), min(height, 900))
		rt.WindowSetPosition(ctx, x, 0)
	}
}

// Emit tells the page of an event.
func (w *Window) Emit(event string, payload any) {
	if ctx := w.context(); ctx != nil {
		rt.EventsEmit(ctx, event, payload)
	}
}

// Show brings the window to the front.
func (w *Window) Show() {
	if ctx := w.context(); ctx != nil {
		rt.WindowUnminimise(ctx)
		rt.WindowShow(ctx)
	}
}

// Hide takes the window out of sight; the program goes on.
func (w *Window) Hide() {
	if ctx := w.context(); ctx != nil {
		rt.WindowHide(ctx)
	}
}

// Quit ends the program, after asking as closing does.
func (w *Window) Quit() {
	if ctx := w.context(); ctx != nil {
		rt.Quit(ctx)
	}
}

// SetTitle sets the window's title.
func (w *Window) SetTitle(title string) {
	if ctx := w.context(); ctx != nil {
		rt.WindowSetTitle(ctx, title)
	}
}

// outOfSight is how long a desktop needs to draw what was behind a window.
const outOfSight = 400 * time.Millisecond

// Screenshot takes a picture of the screen with the window out of the way; nil
// when its person thought better of it.
func (w *Window) Screenshot() ([]byte, error) {
	ctx := w.context()
	if ctx == nil {
		return nil, errNotOpen
	}
	rt.WindowHide(ctx)
	defer rt.WindowShow(ctx)
	time.Sleep(outOfSight)
	return takeScreen(ctx)
}

// Menu makes the menu bar of macOS, which is above all windows and looked for
// there. Elsewhere a bar would take the room of the page's own first line.
func (w *Window) Menu(groups []menubar.Group, run func(id string)) {
	if ctx := w.context(); ctx != nil && runtime.GOOS == "darwin" {
		rt.MenuSetApplicationMenu(ctx, bar(groups, run))
	}
}

// OpenFiles asks for files; none when the person thought better of it.
func (w *Window) OpenFiles(title string) ([]string, error) {
	ctx := w.context()
	if ctx == nil {
		return nil, errNotOpen
	}
	return rt.OpenMultipleFilesDialog(ctx, rt.OpenDialogOptions{Title: title})
}

// SaveFile asks where to save a file; "" when the person thought better of it.
func (w *Window) SaveFile(title, name string) (string, error) {
	ctx := w.context()
	if ctx == nil {
		return "", errNotOpen
	}
	return rt.SaveFileDialog(ctx, rt.SaveDialogOptions{Title: title, DefaultFilename: name, CanCreateDirectories: true})
}

// OpenURL hands an address to the browser or mail program. The caller has
// checked its scheme; it is checked here again, since this is the last door.
func (w *Window) OpenURL(url string) error {
	ctx := w.context()
	if ctx == nil {
		return errNotOpen
	}
	if !prose.SafeLink(url) {
		return errScheme
	}
	rt.BrowserOpenURL(ctx, url)
	return nil
}

// AskQuit asks a question with two answers before the program ends.
func (w *Window) AskQuit(title, message string) bool {
	ctx := w.context()
	if ctx == nil {
		return true
	}
	answer, err := rt.MessageDialog(ctx, rt.MessageDialogOptions{
		Type: rt.QuestionDialog, Title: title, Message: message,
		Buttons: []string{"Quit", "Stay"}, DefaultButton: "Stay", CancelButton: "Stay",
	})
	return err != nil || answer == "Quit" || answer == "Yes"
}
