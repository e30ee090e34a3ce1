import Archive from '@lucide/svelte/icons/archive';
import ArrowDown from '@lucide/svelte/icons/arrow-down';
import ArrowLeft from '@lucide/svelte/icons/arrow-left';
import ArrowRight from '@lucide/svelte/icons/arrow-right';
import ArrowRightLeft from '@lucide/svelte/icons/arrow-right-left';
import ArrowUp from '@lucide/svelte/icons/arrow-up';
import AtSign from '@lucide/svelte/icons/at-sign';
import BadgeCheck from '@lucide/svelte/icons/badge-check';
import Bell from '@lucide/svelte/icons/bell';
import Bold from '@lucide/svelte/icons/bold';
import Bookmark from '@lucide/svelte/icons/bookmark';
import Building2 from '@lucide/svelte/icons/building-2';
import Camera from '@lucide/svelte/icons/camera';
import ChartColumn from '@lucide/svelte/icons/chart-column';
import Check from '@lucide/svelte/icons/check';
import CheckCheck from '@lucide/svelte/icons/check-check';
import ChevronDown from '@lucide/svelte/icons/chevron-down';
import ChevronRight from '@lucide/svelte/icons/chevron-right';
import ChevronsUp from '@lucide/svelte/icons/chevrons-up';
import ChevronsUpDown from '@lucide/svelte/icons/chevrons-up-down';
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import Clock from '@lucide/svelte/icons/clock';
import CloudCheck from '@lucide/svelte/icons/cloud-check';
import CloudOff from '@lucide/svelte/icons/cloud-off';
import CloudUpload from '@lucide/svelte/icons/cloud-upload';
import Code from '@lucide/svelte/icons/code';
import Columns2 from '@lucide/svelte/icons/columns-2';
import CornerUpLeft from '@lucide/svelte/icons/corner-up-left';
import Diamond from '@lucide/svelte/icons/diamond';
import Download from '@lucide/svelte/icons/download';
import Ellipsis from '@lucide/svelte/icons/ellipsis';
import Eye from '@lucide/svelte/icons/eye';
import EyeOff from '@lucide/svelte/icons/eye-off';
import File from '@lucide/svelte/icons/file';
import FileText from '@lucide/svelte/icons/file-text';
import FileWarning from '@lucide/svelte/icons/file-exclamation-point';
import Film from '@lucide/svelte/icons/film';
import Flag from '@lucide/svelte/icons/flag';
import Folder from '@lucide/svelte/icons/folder';
import Globe from '@lucide/svelte/icons/globe';
import Hand from '@lucide/svelte/icons/hand';
import Hash from '@lucide/svelte/icons/hash';
import History from '@lucide/svelte/icons/history';
import Hourglass from '@lucide/svelte/icons/hourglass';
import Image from '@lucide/svelte/icons/image';
import Inbox from '@lucide/svelte/icons/inbox';
import Italic from '@lucide/svelte/icons/italic';
import KeyRound from '@lucide/svelte/icons/key-round';
import Layers from '@lucide/svelte/icons/layers';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import Link from '@lucide/svelte/icons/link';
import List from '@lucide/svelte/icons/list';
import ListFilter from '@lucide/svelte/icons/list-filter';
import Lock from '@lucide/svelte/icons/lock';
import LogOut from '@lucide/svelte/icons/log-out';
import Mail from '@lucide/svelte/icons/mail';
import MailOpen from '@lucide/svelte/icons/mail-open';
import MessageCircle from '@lucide/svelte/icons/message-circle';
import Monitor from '@lucide/svelte/icons/monitor';
import OctagonAlert from '@lucide/svelte/icons/octagon-alert';
import PanelRight from '@lucide/svelte/icons/panel-right';
import Paperclip from '@lucide/svelte/icons/paperclip';
import Pause from '@lucide/svelte/icons/pause';
import Pencil from '@lucide/svelte/icons/pencil';
import Phone from '@lucide/svelte/icons/phone';
import Plus from '@lucide/svelte/icons/plus';
import Receipt from '@lucide/svelte/icons/receipt';
import Reply from '@lucide/svelte/icons/reply';
import RotateCw from '@lucide/svelte/icons/rotate-cw';
import Search from '@lucide/svelte/icons/search';
import Send from '@lucide/svelte/icons/send';
import Server from '@lucide/svelte/icons/server';
import Settings from '@lucide/svelte/icons/settings';
import Share from '@lucide/svelte/icons/share-2';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Signal from '@lucide/svelte/icons/signal';
import SlidersHorizontal from '@lucide/svelte/icons/sliders-horizontal';
import Sunrise from '@lucide/svelte/icons/sunrise';
import Table from '@lucide/svelte/icons/table';
import Tag from '@lucide/svelte/icons/tag';
import TextQuote from '@lucide/svelte/icons/text-quote';
import Timer from '@lucide/svelte/icons/timer';
import Trash from '@lucide/svelte/icons/trash-2';
import Type from '@lucide/svelte/icons/type';
import UserPlus from '@lucide/svelte/icons/user-plus';
import UserRound from '@lucide/svelte/icons/user-round';
import UsersRound from '@lucide/svelte/icons/users-round';
import Wrench from '@lucide/svelte/icons/wrench';
import X from '@lucide/svelte/icons/x';
import type { Component } from 'svelte';

/** Every icon of the window by its name. A name nobody knows is drawn as a dot in a circle, never as nothing. */
export const icons: Record<string, Component> = {
  archive: Archive, 'arrow-down': ArrowDown, 'arrow-left': ArrowLeft, 'arrow-right': ArrowRight, 'arrow-right-left': ArrowRightLeft, 'arrow-up': ArrowUp,
  'at-sign': AtSign, 'badge-check': BadgeCheck, bell: Bell, bold: Bold, bookmark: Bookmark, 'building-2': Building2, camera: Camera, 'chart-column': ChartColumn, check: Check,
  'check-check': CheckCheck, 'chevron-down': ChevronDown, 'chevron-right': ChevronRight, 'chevrons-up': ChevronsUp,
  'chevrons-up-down': ChevronsUpDown, 'circle-alert': CircleAlert, 'circle-check': CircleCheck, 'circle-dashed': CircleDashed,
  'circle-dot': CircleDot, 'circle-help': CircleHelp, clock: Clock, 'cloud-check': CloudCheck, 'cloud-off': CloudOff,
  'cloud-upload': CloudUpload, code: Code, 'columns-2': Columns2, 'corner-up-left': CornerUpLeft, diamond: Diamond, download: Download,
  ellipsis: Ellipsis, eye: Eye, 'eye-off': EyeOff, file: File, 'file-text': FileText, 'file-warning': FileWarning, film: Film, flag: Flag, folder: Folder, globe: Globe,
  hand: Hand, hash: Hash, history: History, hourglass: Hourglass, image: Image, inbox: Inbox, italic: Italic, 'key-round': KeyRound,
  layers: Layers, 'layout-dashboard': LayoutDashboard, link: Link, list: List, 'list-filter': ListFilter, lock: Lock, 'log-out': LogOut, mail: Mail,
  'mail-open': MailOpen, 'message-circle': MessageCircle, monitor: Monitor, 'octagon-alert': OctagonAlert, 'panel-right': PanelRight, paperclip: Paperclip, pause: Pause,
  pencil: Pencil, phone: Phone, plus: Plus, receipt: Receipt, reply: Reply, 'rotate-cw': RotateCw, search: Search, send: Send,
  server: Server, settings: Settings, share: Share, 'shield-check': ShieldCheck, signal: Signal, 'sliders-horizontal': SlidersHorizontal,
  sunrise: Sunrise, table: Table, tag: Tag, 'text-quote': TextQuote, timer: Timer, trash: Trash, type: Type, 'user-plus': UserPlus, 'user-round': UserRound,
  'users-round': UsersRound, wrench: Wrench, x: X,
} as unknown as Record<string, Component>;
