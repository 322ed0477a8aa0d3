// SPDX-License-Identifier: LGPL-2.1-or-later
// import ra from 'ruralalliance';
import ra from './index.js';

export default ra;
