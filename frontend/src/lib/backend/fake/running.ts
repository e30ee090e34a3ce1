import type { MenuGroup, Running } from '../running';
import { FakePlanning } from './planning';

/** How the fake desk is there without a window. */
export abstract class FakeRunning extends FakePlanning implements Running {
  login = false;
  running: Running['running'] = () => Promise.resolve({ login: this.login });
  startWithSession: Running['startWithSession'] = (on) => Promise.resolve(void (this.login = on));
  speaks: Running['speaks'] = () => Promise.resolve();
  menu: MenuGroup[] = [];
  setMenu: Running['setMenu'] = (groups) => Promise.resolve(void (this.menu = groups));
  quit: Running['quit'] = () => Promise.resolve();
}
