export { CHANNELS, type Channel, KIND_TITLES, KINDS, type NotificationKind } from './kinds.ts';
export { exportNotifications, forgetNotifications } from './of-reader.ts';
export { countNew, markSeen, type Notification, notificationsOf } from './read.ts';
export { changeSwitches, offLink, readOffLink, type Switches, switchesOf, switchOff } from './switches.ts';
export { tellOfComment } from './tell.ts';
