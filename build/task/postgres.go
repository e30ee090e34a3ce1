package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// startPostgres runs a private PostgreSQL on a socket of its own and gives its
// address and how to stop it. PostgreSQL refuses to run as root, so root hands
// it to the user "postgres" that the package made.
func startPostgres(ctx context.Context) (dsn string, stop func(), err error) {
	bin := postgresBin()
	if bin == "" {
		return "", nil, fmt.Errorf("PostgreSQL's initdb is not to be found")
	}
	dir, err := os.MkdirTemp("", "docket-pg-")
	if err != nil {
		return "", nil, err
	}
	as, err := postgresUser(dir)
	if err != nil {
		return "", nil, err
	}
	data := filepath.Join(dir, "data")
	runAs := func(args ...string) error {
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Dir, cmd.SysProcAttr = dir, as
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%s: %w: %s", filepath.Base(args[0]), err, out)
		}
		return nil
	}
	if err := runAs(filepath.Join(bin, "initdb"), "-D", data, "-U", "docket", "-A", "trust", "-E", "UTF8", "--locale=C"); err != nil {
		return "", nil, err
	}
	options := fmt.Sprintf("-c listen_addresses= -c unix_socket_directories=%s -c max_connections=60", dir)
	if err := runAs(filepath.Join(bin, "pg_ctl"), "-D", data, "-w", "-l", filepath.Join(dir, "log"), "-o", options, "start"); err != nil {
		return "", nil, err
	}
	stop = func() {
		cmd := exec.Command(filepath.Join(bin, "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
		cmd.Dir, cmd.SysProcAttr = dir, as
		_ = cmd.Run()
		_ = os.RemoveAll(dir)
	}
	return "postgres:///postgres?host=" + dir + "&user=docket", stop, nil
}

func postgresUser(dir string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(dir, uid, gid); err != nil {
		return nil, err
	}
	return credential(uid, gid), nil
}
