/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-version.h"
#include "rua-error.h"
#include "rua-fault.h"
#include "rua-date.h"
#include "rua-schema.h"
#include "rua-record.h"
#include "rua-column.h"
#include "rua-table.h"
#include "rua-kinds.h"
#include "rua-alliance.h"
#include "rua-finding.h"
#include "rua-independence.h"
#include "rua-unit.h"
#include "rua-explanation.h"
#include "rua-result.h"
#include "rua-estimate.h"
