package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// The two people of the demo and what they sign in with.
const (
	customerID = "elif"
	engineerID = "jonas"
	password   = "veldhost-demo"
)

// world is the demo's server with the sample desk.
type world struct {
	dir, docketd    string
	listen, private string
	cmd             *exec.Cmd
	log             *os.File
}

// newWorld fills a fresh data folder with the sample desk and its year of
// conversations, and gives the two people a password.
func newWorld(ctx context.Context, dir, docketd string) (*world, error) {
	w := &world{dir: dir, docketd: docketd}
	var err error
	if w.listen, err = freeAddress(); err != nil {
		return nil, err
	}
	if w.private, err = freeAddress(); err != nil {
		return nil, err
	}
	if w.log, err = os.Create(filepath.Join(dir, "server.log")); err != nil {
		return nil, err
	}
	data := w.data()
	steps := []job{
		{name: "apply the sample desk", quiet: true, args: []string{docketd, "apply", "--data", data, "build/sample/desk.yaml"}},
		{name: "import a year of conversations", quiet: true, args: []string{docketd, "import", "--data", data, "build/sample/conversations.jsonl"}},
	}
	for _, who := range []string{customerID, engineerID} {
		steps = append(steps, job{
			name: "password for " + who, quiet: true, env: []string{"DOCKET_PASSWORD=" + password},
			args: []string{docketd, "person", "password", "--data", data, who},
		})
	}
	for _, s := range steps {
		if err := do(ctx, s); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (w *world) data() string { return filepath.Join(w.dir, "server") }

func (w *world) url() string { return "http://" + w.listen }

// start runs docketd and waits until it says that it is ready.
func (w *world) start(ctx context.Context) error {
	w.cmd = exec.CommandContext(ctx, w.docketd, "serve", "--data", w.data(), "--listen", w.listen, "--private", w.private)
	w.cmd.Stdout, w.cmd.Stderr = w.log, w.log
	ownGroup(w.cmd)
	if err := w.cmd.Start(); err != nil {
		return fmt.Errorf("start docketd: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for {
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.private+"/readyz", nil)
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return errors.New("docketd did not become ready; see " + w.log.Name())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// kill ends docketd as a power cut would.
func (w *world) kill() {
	if w.cmd != nil {
		killGroup(w.cmd)
		_ = w.cmd.Wait()
		w.cmd = nil
	}
}

func freeAddress() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}
