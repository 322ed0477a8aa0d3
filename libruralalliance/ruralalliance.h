/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-version.h"
#include "rua-error.h"
